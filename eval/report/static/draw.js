// Elements from text. Nothing here or after it takes markup: a string is only ever a text node.
function make(name, settings = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(settings)) {
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value !== false && value !== undefined) element.setAttribute(key, value);
  }
  element.append(...children.flat().filter((child) => child !== undefined && child !== ""));
  return element;
}

// The sign of a state; beside its word it is not read out twice.
const signOf = (name) =>
  make("span", { class: `sign is-${stateOf(name).kind}`, "aria-hidden": "true" }, stateOf(name).sign);

const verdictOf = (name, score) => [
  signOf(name),
  make("span", { class: "verdict" }, stateOf(name).word),
  score === null ? undefined : make("span", { class: "score" }, make("span", { class: "sr-only" }, "score "), figure(score)),
];

// Runs of [text, mark]: "match" where claim and evidence share a word, "fail" where they part.
const drawRuns = (runs) =>
  runs.map(([text, mark]) => (mark ? make("mark", { class: mark }, text) : text));
