// The cases that a reader asked for, a page of them at a time.
const PAGE = 50; // rows: a browser lays them out at once, and a reader scrolls through them
const SHUT = "#no-case"; // names nothing, so that nothing scrolls
const HEAD = 180; // characters of an answer that stands for a question which there is not

const wanted = { states: new Set(), check: "", label: "", search: "", order: "lowest" };
const searchable = new Map();
let found = [];
let first = 0;
let current = null;

const list = make("ol", { class: "list" });
const status = make("p", { class: "status", role: "status" });
const unset = make("button", { type: "button", class: "link" }, "clear the filters");
const pager = make("nav", { class: "pager", "aria-label": "Pages of cases" });

const LABELS = {
  disagrees: (one) => one.disagrees,
  agrees: (one) => one.label !== null && one.score !== null && !one.disagrees,
  none: (one) => one.label === null,
};
const ORDERS = {
  lowest: (a, b) => (a.score ?? Infinity) - (b.score ?? Infinity) || 0,
  highest: (a, b) => (b.score ?? -Infinity) - (a.score ?? -Infinity) || 0,
  file: () => 0,
};

function words(one) {
  if (!searchable.has(one)) {
    const texts = [one.id, one.question, one.note, ...one.answer.map(([text]) => text)];
    searchable.set(one, texts.join(" ").toLowerCase());
  }
  return searchable.get(one);
}

function sift() {
  const search = wanted.search.trim().toLowerCase();
  found = cases
    .filter(
      (one) =>
        (!wanted.states.size || wanted.states.has(one.state)) &&
        (!wanted.check || one.checks.includes(wanted.check)) &&
        (!wanted.label || LABELS[wanted.label](one)) &&
        (!search || words(one).includes(search)),
    )
    .sort(ORDERS[wanted.order]);
  first = 0;
}

function drawRow(one) {
  const asked = one.question || one.answer.map(([text]) => text).join("").trim();
  const shortened = [...asked.slice(0, 2 * HEAD)];
  const head = shortened.length > HEAD ? `${shortened.slice(0, HEAD).join("")}…` : asked;
  const link = make("a", { href: address(one), "aria-expanded": "false", dir: "auto" }, head || "(no words)");
  const row = make(
    "li",
    { class: "case" },
    make(
      "div",
      { class: "row" },
      make("p", { class: "tag" }, verdictOf(one.state, one.score)),
      make("h3", {}, link),
      make(
        "p",
        { class: "marks" },
        one.disagrees ? make("span", { class: "disagrees" }, "label disagrees") : undefined,
        one.checks.map((check) => make("span", { class: "check" }, check)),
        make("span", { class: "id" }, one.id),
      ),
    ),
  );
  return { row, link, one };
}

let rows = [];
function drawList() {
  rows = found.slice(first, first + PAGE).map(drawRow);
  list.replaceChildren(...rows.map(({ row }) => row));
  status.textContent =
    found.length === cases.length
      ? count(found.length, "case")
      : `${found.length.toLocaleString("en")} of ${count(cases.length, "case")}`;
  unset.hidden = found.length === cases.length;
  drawPager();
  if (current) expand(current);
}

function drawPager() {
  const turn = (to) => () => {
    first = to;
    drawList();
    document.getElementById("cases-head").scrollIntoView();
    rows[0]?.link.focus({ preventScroll: true });
  };
  const button = (name, to, there) =>
    make("button", { type: "button", class: "link", disabled: there ? false : "", onclick: turn(to) }, name);
  const last = Math.min(first + PAGE, found.length);
  pager.hidden = found.length <= PAGE;
  pager.replaceChildren(
    button("Previous", first - PAGE, first > 0),
    make("span", {}, `${first + 1} to ${last} of ${found.length.toLocaleString("en")}`),
    button("Next", first + PAGE, last < found.length),
  );
}

function expand(one) {
  const there = rows.find((each) => each.one === one);
  if (!there || there.row.querySelector(".open")) return there;
  there.row.append(drawCase(one));
  there.row.classList.add("is-open");
  there.link.setAttribute("aria-expanded", "true");
  there.link.setAttribute("href", SHUT);
  return there;
}

function collapse() {
  for (const { row, link, one } of rows.filter(({ row }) => row.classList.contains("is-open"))) {
    row.querySelector(".open").remove();
    row.classList.remove("is-open");
    link.setAttribute("aria-expanded", "false");
    link.setAttribute("href", address(one));
  }
}
