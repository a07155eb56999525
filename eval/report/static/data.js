// What the page holds, and small ways to say it. Contexts are read when one is first opened.
const held = (id) => JSON.parse(document.getElementById(id).textContent);
const { cases, states: told } = held("case-data");
const states = new Map(told.map((state) => [state.name, state]));
let opened;
const context = (number) => (opened ??= held("context-data"))[number];

const stateOf = (name) => states.get(name) ?? { word: name, sign: "·", kind: "other" };
const figure = (value) => value.toFixed(3).replace(/^(-?)0\./, "$1.");
const count = (number, what) => `${number.toLocaleString("en")} ${what}${number === 1 ? "" : "s"}`;
const address = (one, claim) =>
  `#case=${encodeURIComponent(one.key)}${claim === undefined ? "" : `&claim=${claim + 1}`}`;
