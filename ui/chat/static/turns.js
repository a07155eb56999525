// One exchange on the page: built from a template, filled with the pieces that
// the server rendered and escaped. The reader's own words go in as text.

export const CHECKING = "Writing, and checking each sentence";

const RUNNING = ["searching", "writing"];
const ELEMENTS = { running: "p", timeline: "ol" }; // of a layout; any other is a div

export const isRunning = (turn) => RUNNING.includes(turn.state);

export function makeTurn(page) {
  const template = page.querySelector("template[data-turn]");
  return template.content.firstElementChild.cloneNode(true);
}

export function drawTurn(node, turn) {
  const view = turn.view ?? {};
  const find = (selector) => node.querySelector(selector);
  const running = isRunning(turn);
  node.dataset.id = turn.id;
  node.setAttribute("aria-busy", String(running));
  if (view.checking) node.classList.add("is-checked"); // its lines stay as they were set
  find(".asked").textContent = turn.question;
  find(".limits").textContent = view.limits ? `Only ${view.limits}` : "";
  find(".limits").hidden = !view.limits;
  put(find(".notes-slot"), view.notes);
  const laid = turn.inTime && view.in_time ? view.in_time : view;
  drawSentences(layOut(node, laid.layout, view.dir), laid.sentences ?? []);
  put(find(".differences-slot"), view.differences);
  put(find(".refusal-slot"), view.refusal);
  put(find(".cited-slot"), view.cited);
  put(find(".written-slot"), view.written);
  put(find(".facts-slot"), view.facts);
  nameChips(node, view.labels ?? {});
  drawStatus(find(".status"), turn);

  const done = turn.state === "done";
  find("[data-copy]").hidden = !done;
  find("[data-order]").hidden = !done || !view.in_time;
  find("[data-order-name]").textContent = turn.inTime ? "In order of the answer" : "In order of time";
  find("[data-retry]").hidden = running;
  for (const thumb of node.querySelectorAll("[data-thumb]")) {
    thumb.hidden = !done;
    const chosen = turn.judged && turn.judged.helpful === (thumb.dataset.thumb === "up");
    thumb.setAttribute("aria-pressed", String(Boolean(chosen)));
  }
  drawVerdict(node, turn);
}

// Why a sentence is doubted, shown and hidden again by the word beside it.
export function openDoubt(button) {
  const open = button.getAttribute("aria-expanded") !== "true";
  button.setAttribute("aria-expanded", String(open));
  button.closest(".sentence").querySelector(".why").hidden = !open;
}

// A sentence as it is read out: without what is still closed.
export function spokenText(said) {
  const copy = (said.closest(".line, .said") ?? said).cloneNode(true);
  for (const unsaid of copy.querySelectorAll("[hidden], .doubt-mark, .doubt .sr-only")) unsaid.remove();
  return copy.textContent;
}

function put(slot, html = "") {
  if (slot.dataset.shown === html) return;
  slot.innerHTML = html;
  slot.dataset.shown = html;
}

// The element that the answer stands in: a paragraph, a list, or a row of parts.
function layOut(node, layout = "running", dir = "ltr") {
  let copy = node.querySelector(".copy");
  if (copy.dataset.layout !== layout) {
    const fresh = document.createElement(ELEMENTS[layout] ?? "div");
    fresh.className = `copy ${layout}`;
    fresh.dataset.layout = layout;
    if (fresh.matches("ol")) fresh.setAttribute("role", "list"); // which its style would take away
    copy.replaceWith(fresh);
    copy = fresh;
  }
  copy.dir = dir;
  return copy;
}

// Sentences that stand are left alone: a reader may be in the middle of one.
function drawSentences(copy, sentences) {
  while (copy.children.length > sentences.length) copy.lastElementChild.remove();
  sentences.forEach((html, index) => {
    const old = copy.children[index];
    if (old?.dataset.said === html) return;
    const holder = document.createElement("template");
    holder.innerHTML = html;
    const fresh = holder.content.firstElementChild;
    fresh.dataset.said = html;
    fresh.classList.toggle("settled", Boolean(old)); // it has appeared before
    if (old) old.replaceWith(fresh);
    else copy.append(fresh);
  });
  copy.hidden = !sentences.length;
}

function nameChips(node, labels) {
  for (const chip of node.querySelectorAll(".chip")) {
    const label = labels[chip.dataset.cite];
    chip.disabled = !label;
    if (!label) continue;
    chip.setAttribute("aria-label", label);
    chip.title = label;
  }
}

function drawStatus(line, turn) {
  const text = {
    searching: turn.view?.checking ? CHECKING : "Searching the archive",
    writing: turn.view?.checking ? CHECKING : "",
    stopped: turn.view?.sentences?.length ? "Stopped. This answer is not complete." : "Stopped.",
    interrupted: "The connection was lost before the answer was complete.",
    failed: turn.view?.error || "The question could not be answered. Please try again.",
  }[turn.state];
  line.hidden = !text;
  line.className = `status is-${turn.state}`;
  if (text) line.textContent = text;
}

function drawVerdict(node, turn) {
  const judged = turn.judged;
  const box = node.querySelector("[data-verdict]");
  box.hidden = !judged;
  if (!judged) return;
  const said = node.querySelector("[data-thanks]");
  const what = judged.reason ? "Your reason" : "This";
  const text = judged.error || (judged.kept ? `Thank you. ${what} is kept with the archive.` : "");
  if (said.textContent !== text) said.textContent = text;
  box.classList.toggle("is-failed", Boolean(judged.error));
  node.querySelector("[data-reason]").hidden = Boolean(judged.error || judged.reason);
}
