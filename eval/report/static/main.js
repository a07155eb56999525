// Filters, addresses, keys and colours.
function choice(name, key, options) {
  const select = make("select", { onchange: () => changed(key, select.value) },
    options.map(([value, word]) => make("option", { value }, word)));
  select.value = wanted[key];
  return { label: make("label", {}, make("span", {}, name), select), select };
}

function changed(key, value) {
  wanted[key] = value;
  sift();
  drawList();
}

const tally = new Map();
for (const { state } of cases) tally.set(state, (tally.get(state) ?? 0) + 1);
const toggles = [...states.keys()]
  .filter((name) => tally.has(name))
  .map((name) => {
    const button = make("button", { type: "button", class: "toggle", "aria-pressed": "false" },
      signOf(name), `${stateOf(name).word} `, make("b", {}, tally.get(name).toLocaleString("en")));
    button.addEventListener("click", () => {
      const on = button.getAttribute("aria-pressed") === "false";
      button.setAttribute("aria-pressed", String(on));
      wanted.states[on ? "add" : "delete"](name);
      changed("states", wanted.states);
    });
    return button;
  });

const search = make("input", { type: "search", placeholder: "words or an id", spellcheck: "false" });
search.addEventListener("input", () => changed("search", search.value));
const checks = [...new Set(cases.flatMap((one) => one.checks))].sort();
const selects = [
  checks.length && choice("Failed check", "check", [["", "any or none"], ...checks.map((c) => [c, c])]),
  cases.some((one) => one.label !== null) &&
    choice("Label", "label", [["", "any or none"], ["disagrees", "disagrees with the verdict"],
      ["agrees", "agrees with the verdict"], ["none", "no label"]]),
  choice("Order", "order", [["lowest", "lowest score first"], ["highest", "highest score first"],
    ["file", "as in the file"]]),
].filter(Boolean);

let latest = null;
function clear() {
  wanted.states.clear();
  for (const toggle of toggles) toggle.setAttribute("aria-pressed", "false");
  Object.assign(wanted, { check: "", label: "", search: "" });
  search.value = "";
  for (const { select } of selects.slice(0, -1)) select.value = "";
  sift();
}

// An address names a case by its id, so that it can be sent on; going back closes or reopens it.
function follow() {
  const asked = new URLSearchParams(location.hash.slice(1).replaceAll("+", "%2B"));
  const id = asked.get("case");
  const one = id === null ? undefined : cases.find((each) => each.key === id);
  collapse();
  current = one ?? null;
  latest = one ?? latest;
  if (!one) {
    if (id !== null) status.textContent = `There is no case ${id}.`;
    return;
  }
  const hidden = !found.includes(one);
  if (hidden) clear();
  const place = found.indexOf(one);
  if (hidden || place < first || place >= first + PAGE) {
    first = place - (place % PAGE);
    drawList();
  }
  const there = expand(one);
  const claim = asked.get("claim");
  const target = claim && there.row.querySelector(`#claim-${Number(claim) || 0}`);
  (target || there.row).scrollIntoView({ block: "start" });
  (target || there.link).focus({ preventScroll: true });
}

function step(by) {
  if (!found.length) return;
  const at = found.indexOf(latest);
  const next = at < 0 ? (by > 0 ? first : found.length - 1) : at + by;
  if (next >= 0 && next < found.length) location.hash = address(found[next]);
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const typing = event.target.closest("input, select, textarea");
  if (event.key === "Escape" && event.target === search) search.blur();
  if (typing) return;
  if (event.key === "j") step(1);
  else if (event.key === "k") step(-1);
  else if (event.key === "/") {
    event.preventDefault();
    search.focus();
    search.select();
  }
});

// The choice of colours holds for this page alone: it keeps nothing on the reader's machine.
const theme = document.getElementById("theme");
const dark = () =>
  (document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches && "dark")) === "dark";
const named = () => (theme.textContent = dark() ? "Light" : "Dark");
theme.addEventListener("click", () => {
  document.documentElement.dataset.theme = dark() ? "light" : "dark";
  named();
});
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", named);
theme.hidden = false;
named();

document.getElementById("unscripted").remove(); // what no script or a host's policy leaves standing
document.getElementById("cases").append(
  make("div", { class: "filters" },
    make("div", { class: "toggles", role: "group", "aria-label": "States" }, toggles),
    make("div", { class: "fields" },
      make("label", { class: "search" }, make("span", {}, "Search"), search),
      selects.map(({ label }) => label)),
    make("p", { class: "keys" }, make("kbd", {}, "j"), " next ", make("kbd", {}, "k"), " previous ",
      make("kbd", {}, "/"), " search")),
  make("div", { class: "told" }, status, unset),
  list,
  pager,
);
unset.addEventListener("click", () => {
  clear();
  drawList();
  search.focus();
});
sift();
drawList();
follow();
addEventListener("hashchange", follow);
