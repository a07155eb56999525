// The page's conductor: it holds the conversation, asks, and puts answers in place.

import { mountComposer } from "./composer.js";
import { watchConnection } from "./connection.js";
import { copyText, download } from "./files.js";
import { mountLimits } from "./limits.js";
import { mountPanel } from "./panel.js";
import { load, save } from "./store.js";
import { CHECKING, drawTurn, isRunning, makeTurn, openDoubt, spokenText } from "./turns.js";

const HISTORY = 8;
const PATIENCE = 5000;
const SPOKEN = 20000;
const calm = matchMedia("(prefers-reduced-motion: reduce)");

export function mount(element, { ask, stop, onView, server }) {
  const page = element.querySelector("[data-page]");
  const find = (selector) => page.querySelector(selector);
  const list = find("[data-turns]");
  const state = { turns: [], draft: "", limits: {}, previous: null, ...load() };
  const nodes = new Map();

  const running = () => state.turns.find(isRunning);
  const keep = () => save({ ...state, limits: limits.get() });
  const panel = mountPanel(page, { fetchSource: (citation, sentences) => server.source({ citation, sentences }) });
  const limits = mountLimits(page, keep);
  const composer = mountComposer(page, {
    onAsk: (question) => begin(question),
    onStop: () => halt("stopped"),
    onDraft(text) {
      state.draft = text;
      keep();
    },
  });
  const connection = watchConnection({ lost, found, busy: () => Boolean(running()) });

  // -- asking -------------------------------------------------------------

  function begin(question) {
    if (running()) return false;
    const turn = { id: crypto.randomUUID?.() ?? `t${Date.now()}${Math.random()}`, question, limits: limits.get(), infer: true };
    state.turns.push(turn);
    limits.close();
    run(turn);
    nodes.get(turn.id).scrollIntoView({ block: "start", behavior: calm.matches ? "auto" : "smooth" });
    return true;
  }

  function again(turn, change = {}) {
    if (running()) return;
    panel.forget(turn);
    run(Object.assign(turn, change));
  }

  // Every run has its own name, so that a late piece of an old one is not taken for the new.
  function run(turn) {
    Object.assign(turn, { state: "searching", view: null, judged: null, runs: (turn.runs ?? 0) + 1 });
    const before = state.turns.slice(0, state.turns.indexOf(turn));
    const history = before
      .filter((one) => one.state === "done")
      .slice(-HISTORY)
      .map(({ question, view }) => ({ question, searched: view.answer.question.searched, answer: view.text }));
    show(turn);
    if (connection.away()) {
      halt("interrupted");
      return;
    }
    announce("Searching the archive");
    const { runs } = turn;
    const asked = { turn: `${turn.id}/${runs}`, question: turn.question, limits: turn.limits, history, infer: turn.infer };
    ask(asked);
    connection.check();
    // The server answers at once that it is searching. Gradio closes its stream
    // after each run, and can lose a run that begins just then: send it again.
    setTimeout(() => {
      if (isRunning(turn) && turn.runs === runs && !turn.view) ask(asked);
    }, PATIENCE);
  }

  onView((view) => {
    const turn = running();
    if (!view || !turn || view.turn !== `${turn.id}/${turn.runs}`) return;
    const node = nodes.get(turn.id);
    const spoken = node.querySelectorAll(".sentence").length;
    if (view.checking && !turn.view?.checking) announce(CHECKING);
    turn.view = view;
    turn.state = view.state;
    show(turn);
    for (const said of [...node.querySelectorAll(".sentence")].slice(spoken)) {
      announce(spokenText(said));
    }
    if (view.error) announce(view.error);
    if (view.state !== "done") return;
    for (const told of node.querySelectorAll(".difference h3, .refusal, .written-line")) announce(told.textContent);
    panel.offer(turn, node.querySelector(".chip"));
  });

  function halt(how) {
    const turn = running();
    if (!turn) return;
    stop();
    turn.state = how;
    show(turn);
    announce(nodes.get(turn.id).querySelector(".status").textContent);
  }

  // -- showing ------------------------------------------------------------

  function show(turn) {
    let node = nodes.get(turn.id);
    if (!node) {
      node = makeTurn(page);
      nodes.set(turn.id, node);
      list.append(node);
    }
    drawTurn(node, turn);
    panel.remark();
    frame();
    keep();
  }

  function frame() {
    const some = state.turns.length > 0;
    find("[data-welcome]").hidden = some;
    find("[data-fresh]").hidden = !some;
    find("[data-export]").hidden = !state.turns.some((turn) => turn.state === "done");
    find("[data-bring-back]").hidden = !state.previous?.length;
    page.classList.toggle("has-turns", some);
    composer.setBusy(Boolean(running()));
  }

  function announce(text) {
    const line = document.createElement("p");
    line.textContent = text;
    const log = find("[data-announcer]");
    log.append(line);
    setTimeout(() => line.remove(), SPOKEN); // heard once, and not met again when browsing
  }

  function replaceAll(turns) {
    panel.shut({ focus: false });
    list.replaceChildren();
    nodes.clear();
    state.turns = turns;
    turns.forEach(show);
    frame();
    keep();
  }

  // -- what the reader can do ---------------------------------------------

  const turnOf = (target) => state.turns.find((turn) => turn.id === target.closest(".turn")?.dataset.id);

  page.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const turn = turnOf(button);
    if (button.matches(".example")) begin(button.textContent);
    else if (button.matches(".chip")) panel.open(turn, Number(button.dataset.cite), button);
    else if (button.matches("[data-doubt]")) openDoubt(button);
    else if (button.matches("[data-undo]")) again(turn, { infer: false });
    else if (button.matches("[data-widen]")) again(turn, { limits: {}, infer: false });
    else if (button.matches("[data-retry]")) again(turn);
    else if (button.matches("[data-thumb]")) judge(turn, button.dataset.thumb === "up", "");
    else if (button.matches("[data-copy]")) copy(turn, button);
    else if (button.matches("[data-order]")) reorder(turn);
    else if (button.matches("[data-export]")) exportAll();
    else if (button.matches("[data-fresh]")) fresh();
    else if (button.matches("[data-bring-back]")) bringBack();
    else if (button.matches("[data-theme-toggle]")) window.bylineTheme.toggle();
    nameTheme();
  });

  page.addEventListener("submit", (event) => {
    if (!event.target.matches("[data-reason]")) return;
    event.preventDefault();
    const reason = event.target.querySelector("input").value.trim();
    const turn = turnOf(event.target);
    if (reason) judge(turn, turn.judged.helpful, reason);
  });

  async function judge(turn, helpful, reason) {
    const judged = { helpful, reason, kept: false };
    turn.judged = judged;
    show(turn);
    const reply = await server.feedback({ answer: turn.view.answer, helpful, reason });
    judged.kept = Boolean(reply?.kept);
    if (!judged.kept) judged.error = reply?.error ?? "This could not be kept: the connection is lost.";
    if (turn.judged === judged) show(turn);
  }

  // The same sentences by their days, and back: remembered with the answer.
  function reorder(turn) {
    turn.inTime = !turn.inTime;
    show(turn);
    nodes.get(turn.id).querySelector(".copy").scrollIntoView({ block: "nearest" });
    announce(turn.inTime ? "Now in order of time" : "Now in the order of the answer");
  }

  async function copy(turn, button) {
    const shown = (turn.inTime && turn.view.in_time) || turn.view; // in the order on the page
    const done = await copyText(shown.plain);
    const name = button.querySelector("[data-copy-name]");
    name.textContent = done ? "Copied" : "Not copied";
    announce(name.textContent);
    setTimeout(() => (name.textContent = "Copy"), 2000);
  }

  async function exportAll() {
    const answers = state.turns.filter((turn) => turn.state === "done").map((turn) => turn.view.answer);
    const reply = await server.markdown({ answers });
    if (reply?.markdown) download(reply.name, reply.markdown);
    else say(reply?.error ?? "The conversation cannot be exported while the connection is lost.");
  }

  function fresh() {
    halt("stopped");
    state.previous = state.turns;
    replaceAll([]);
    composer.focus();
    scrollTo({ top: 0 });
  }

  function bringBack() {
    const turns = state.previous ?? [];
    state.previous = null;
    replaceAll(turns);
    composer.focus();
  }

  function nameTheme() {
    const dark = window.bylineTheme.dark();
    find("[data-theme-toggle]").setAttribute("aria-label", dark ? "Use light colours" : "Use dark colours");
  }

  // -- the connection -------------------------------------------------------

  function say(text) {
    find("[data-lost]").textContent = text;
  }

  function lost() {
    say("The connection to the archive is lost. Your conversation is kept here; trying again.");
    halt("interrupted");
  }

  function found(restarted) {
    if (restarted) {
      state.scroll = scrollY;
      keep();
      location.reload();
      return;
    }
    say("Connected again.");
    setTimeout(() => say(""), 4000);
  }

  // A failed run of a server that is gone was cut off: that has its own words.
  addEventListener("byline:failed", async () => {
    await connection.check();
    halt("failed");
  });

  // -- arriving ---------------------------------------------------------------

  async function arrive() {
    const front = await server.arrive({});
    if (!front || front.error) {
      find("[data-welcome-error]").textContent = front?.error ?? "The archive cannot be reached just now.";
      find("[data-welcome-error]").hidden = false;
      return;
    }
    find("[data-facts]").textContent = front.facts;
    find("[data-examples]").innerHTML = front.examples.join("");
    find("[data-examples-block]").hidden = !front.examples.length;
    find("[data-report]").hidden = !front.report;
    limits.fill(front.filters);
  }

  find("[data-skip]").addEventListener("click", (event) => {
    event.preventDefault();
    composer.focus();
  });
  for (const turn of state.turns) if (isRunning(turn)) turn.state = "interrupted";
  limits.set(state.limits);
  composer.fill(state.draft);
  nameTheme();
  replaceAll(state.turns);
  arrive();
  if (state.scroll) scrollTo(0, state.scroll);
  state.scroll = 0;
  if (matchMedia("(hover: hover)").matches) composer.focus();
}
