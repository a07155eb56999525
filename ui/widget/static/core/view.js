/* The chat inside an element: the conversation, its sources, the question box. */

const LONGEST_ANSWER = 20_000; // characters of an answer that goes back with a follow-up

const style = new CSSStyleSheet();
style.replaceSync(__CHAT_STYLE__);

class View {
  constructor({ host, frame, dialog, kind, words, language, server, kept, fonts, file }) {
    Object.assign(this, { host, frame, dialog, kind });
    this.words = new Words(words, language);
    this.site = host.getAttribute("site") || shared.site || "";
    const asked = host.getAttribute("scope");
    this.scope = SCOPES.has(asked) ? asked : null;
    this.client = new Client({ server, site: this.site, token: () => host.token });
    this.doubts = new Doubts(this.words);
    this.source = new Source(this.words, this.client, this.doubts, (back) => this.uncited(back));
    this.front = new Front(this.words, host, { kind, dialog, scope: this.scope, ask: (text) => this.ask(text) });
    this.composer = new Composer(this.words, { ask: (text) => this.ask(text), stop: () => this.running.stop() });
    this.turns = [];
    this.running = null;
    this.chip = null;
    this.about = null;
    this.gone = false;
    this.shut = false; // the reader closed the source: none opens by itself any more
    this.store = new Store(host, kind, this.site, this.scope, server);
    if (!host.shadowRoot.adoptedStyleSheets.includes(style)) host.shadowRoot.adoptedStyleSheets = [...host.shadowRoot.adoptedStyleSheets, style];
    this.draw();
    this.unfit = fit(dialog);
    fonts.forEach((name) => serif(file(name)));
    const before = kept?.turns ?? this.store.read();
    if (kept?.draft) this.composer.draft = kept.draft;
    this.restore(before);
    this.renew();
  }

  draw() {
    const { front, words, source } = this;
    const composer = this.composer.element;
    const chat = this.kind === "chat";
    this.live = h("div", { class: "sr-only", "aria-live": "polite" });
    this.thread = h("div", { class: "thread" });
    const region = chat && { role: "region", "aria-label": words.get("conversation"), tabindex: "0" };
    this.log = h("div", { class: "log", ...region }, front.welcome, this.thread);
    const main = h("div", { class: "main" }, chat ? [this.log, composer] : [front.element, composer, this.log]);
    this.spread = h("div", { class: "spread" }, main, source.element);
    this.frame.replaceChildren(...[chat && front.element, this.spread, this.live].filter(Boolean));
    this.dress();
  }

  /** Attributes that may change at any time. */
  update(name) {
    if (["title", "greeting", "placeholder", "examples"].includes(name)) this.dress();
  }
  dress() {
    const begun = this.turns.length > 0;
    this.front.dress(this.about, begun);
    this.composer.hint(this.front.hint(begun));
  }

  /** Asks who we are here; a page that may not use the chat is told so at once. */
  async renew() {
    this.front.refused = false;
    this.client.held = null;
    try {
      this.about = await this.client.about();
      if (this.gone) return;
      this.lock(false);
      this.dress();
      this.host.emit("ready", { title: this.about.title ?? null, articles: this.about.articles ?? null });
    } catch (trouble) {
      if (this.gone) return;
      this.failed(trouble);
      const shut = trouble.kind === "forbidden" || trouble.kind === "token";
      this.lock(shut);
      const again = h("button", { type: "button", class: "quiet", click: () => this.renew() }, this.words.get("retry"));
      this.front.refuse(this.troubled(trouble), trouble.kind !== "forbidden" && again);
    }
  }
  lock(shut) {
    const { element } = this.composer;
    const inside = element.contains(this.host.shadowRoot.activeElement);
    element.hidden = shut;
    if (shut && inside) this.focus();
  }

  /** A trouble as a sentence for the reader. */
  troubled(trouble) {
    const { words } = this;
    const key = `error_${trouble.kind ?? "internal"}`;
    const time = words.wait(trouble.wait ?? 30);
    return words.get(words.has(key) ? key : "error_internal", { time });
  }
  failed(trouble) {
    this.host.emit("error", { kind: trouble.kind ?? "internal", status: trouble.status ?? null, message: clean(trouble.message) });
    if (!(trouble instanceof Trouble)) console.error(trouble);
  }

  /** Asks a question after those before it; one that is still being answered is stopped. */
  ask(text) {
    const question = String(text).trim().slice(0, LONGEST_QUESTION);
    if (!question || this.composer.element.hidden) return;
    this.running?.stop();
    if (this.kind === "ask") this.empty();
    const turn = new Turn(this, question);
    this.turns.push(turn);
    this.thread.append(turn.element);
    this.dress();
    this.begin(turn);
  }
  /** Asks a turn's question once more, in its place. */
  again(old, infer) {
    this.running?.stop();
    old.leave();
    this.source.close(false);
    const turn = new Turn(this, old.question, { infer });
    this.turns[this.turns.indexOf(old)] = turn;
    old.element.replaceWith(turn.element);
    turn.asked.focus({ preventScroll: true });
    this.begin(turn);
  }

  async begin(turn) {
    const before = this.turns.slice(0, this.turns.indexOf(turn)).filter((each) => each.answer);
    const history = before.slice(-REMEMBERED).map(({ answer, question }) => ({ question, searched: answer.question.searched, answer: plain(answer).slice(0, LONGEST_ANSWER) }));
    this.host.emit("ask", { question: turn.question });
    this.running = turn;
    this.live.textContent = "";
    this.composer.wait(true);
    if (!this.wide()) this.source.close(false);
    this.top(turn);
    const body = { question: turn.question, history, infer: turn.infer };
    if (this.scope) body.scope = { url: pageAddress(), within: this.scope };
    const answer = await turn.run(this.client, body);
    if (this.running === turn) {
      this.running = null;
      this.composer.wait(false);
    }
    if (this.gone || !this.turns.includes(turn)) return;
    this.live.textContent = clean(answer ? turn.spoken() : turn.status.textContent);
    if (!answer) return;
    this.host.emit("answer", told(turn.question, answer));
    this.store.write(this.turns);
    if (!answer.citations.length) this.source.close(false);
    else if (this.kind === "chat" && this.wide() && !this.shut) this.cite(turn, answer.citations[0].number, null);
  }

  /** The question at the top of the conversation; the page around it stays where it is. */
  top(turn) {
    if (this.kind !== "chat") return;
    this.log.style.setProperty("--room", `${this.log.clientHeight}px`);
    this.log.scrollTop += turn.element.getBoundingClientRect().top - this.log.getBoundingClientRect().top;
  }
  wide() {
    return this.source.element.parentElement.clientWidth >= 720;
  }

  /** Opens a source: beside the answer where there is room, else over it. */
  cite(turn, number, chip) {
    const citation = turn.answer.citations.find((each) => each.number === number);
    if (!citation) return;
    if (chip && this.chip === chip && !this.source.element.hidden) {
      this.source.close();
      return;
    }
    this.mark(turn, number);
    this.shut &&= !chip;
    this.chip = chip;
    this.frame.classList.add("has-source");
    if (this.kind === "ask") turn.after.before(this.source.element);
    const said = turn.answer.sentences.filter((each) => each.citations.includes(number));
    this.source.open(citation, said, turn.told, { focus: chip !== null });
    if (!chip) return;
    const { title, source, url, link } = citation;
    this.host.emit("cite", { number, title, source, url, link });
  }
  uncited(back) {
    this.mark(null);
    this.frame.classList.remove("has-source");
    const { chip } = this;
    this.chip = null;
    if (!back) return;
    this.shut = true;
    if (chip?.isConnected) chip.focus();
    else this.composer.box.focus({ preventScroll: true });
  }
  mark(turn, number) {
    for (const chip of this.frame.querySelectorAll(".chip[aria-expanded=true]")) chip.setAttribute("aria-expanded", "false");
    for (const chip of turn?.element.querySelectorAll(`.chip[data-cite="${number}"]`) ?? []) chip.setAttribute("aria-expanded", "true");
  }

  restore(turns) {
    for (const before of turns) {
      try {
        const { question, infer, answer } = before;
        const turn = new Turn(this, question, { infer });
        turn.show(answer);
        turn.rest();
        this.turns.push(turn);
        this.thread.append(turn.element);
      } catch {
        break; // what was stored is not what we store
      }
    }
    this.dress();
    if (this.turns.length) requestAnimationFrame(() => this.top(this.turns.at(-1)));
  }
  keep() {
    return { turns: answered(this.turns), draft: this.composer.draft };
  }
  empty() {
    this.source.close(false);
    if (this.kind === "ask") this.spread.append(this.source.element);
    this.turns.forEach((turn) => turn.leave());
    this.turns = [];
    this.thread.replaceChildren();
  }
  clear() {
    this.running?.stop();
    this.empty();
    this.live.textContent = "";
    this.store.write([]);
    this.dress();
    this.focus();
  }
  focus() {
    const stop = this.composer.element.hidden ? this.frame.querySelector(".tools button:last-child") : this.composer.box;
    stop?.focus({ preventScroll: Boolean(this.dialog) });
  }
  leave() {
    this.gone = true;
    this.turns.forEach((turn) => turn.leave());
    this.store.leave();
    this.unfit();
    this.frame.replaceChildren();
  }
}

/** What a listener is told of an answer. */
const told = (question, answer) => ({
  id: answer.id,
  question,
  answered: answer.answered,
  text: plain(answer),
  refusal: answer.refusal?.kind ?? null,
  citations: answer.citations.map(({ number, title, source, url, link }) => ({ number, title, source, url, link })),
});

shared.provide({ create: (options) => new View(options) });
