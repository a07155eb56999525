/* The chat inside an element: the conversation, its sources, the question box. */

const LONGEST_QUESTION = 2_000; // characters, as the server takes them
const NEARLY = 200; // characters left, below which the reader is told how many
const LONGEST_ANSWER = 20_000; // characters of an answer that goes back with a follow-up
const REMEMBERED = 8; // turns that go back with a follow-up, as many as the server takes
const EXAMPLES = 4; // that are shown
const SCOPES = new Set(["article", "section", "topic"]);
const inUse = new Set(); // of the session's stored conversations: one element each

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
    this.turns = [];
    this.running = null;
    this.chip = null;
    this.about = null;
    this.gone = false;
    this.shut = false; // the reader closed the source: none opens by itself any more
    this.store = new Store(host, kind, this.site, this.scope, server);
    if (!host.shadowRoot.adoptedStyleSheets.includes(style)) host.shadowRoot.adoptedStyleSheets = [...host.shadowRoot.adoptedStyleSheets, style];
    this.draw();
    fonts.forEach((name) => serif(file(name)));
    const before = kept?.turns ?? this.store.read();
    if (kept?.draft) this.box.value = kept.draft;
    this.restore(before);
    this.renew();
  }

  draw() {
    const { words } = this;
    const part = (name, tag = "div") => (this[name] = h(tag, { class: name }));
    this.box = h("textarea", {
      rows: "1",
      maxlength: LONGEST_QUESTION,
      "aria-label": words.get("question"),
      autocomplete: "off",
      enterkeyhint: "send",
      input: () => this.typed(),
      keydown: (event) => this.key(event),
    });
    this.left = h("span", { class: "left small", role: "status" });
    this.button = h("button", { type: "submit", class: "send" }, words.get("ask"));
    this.composer = h(
      "form",
      {
        class: "composer",
        submit: (event) => {
          event.preventDefault();
          if (this.running) this.running.stop();
          else this.submit();
        },
      },
      h("div", { class: "box" }, this.box, this.button),
      this.left,
    );
    this.live = h("div", { class: "sr-only", "aria-live": "polite" });
    this.log = h("div", { class: "log" }, part("welcome"), part("thread"));
    if (this.kind === "chat") {
      this.log.setAttribute("role", "region");
      this.log.setAttribute("aria-label", words.get("conversation"));
      this.log.setAttribute("tabindex", "0");
    }
    this.nameplate = h("h2", { class: "nameplate", dir: "auto" });
    this.span = h("p", { class: "about small" });
    this.fresh = h("button", { type: "button", class: "round", hidden: true, "aria-label": words.get("new_conversation"), title: words.get("new_conversation"), click: () => this.host.clear() }, icon("fresh"));
    const close = this.dialog && h("button", { type: "button", class: "round", "aria-label": words.get("close"), title: words.get("close"), click: () => this.host.close() }, icon("close"));
    const head = this.kind === "chat" && h("header", { class: "masthead" }, h("div", { class: "names" }, this.nameplate, this.span), h("div", { class: "tools" }, this.fresh, close));
    const inside = this.kind === "chat" ? [this.log, this.composer] : [this.nameplate, this.composer, this.log];
    this.frame.replaceChildren(...[head, h("div", { class: "spread" }, h("div", { class: "main" }, inside), this.source.element), this.live].filter(Boolean));
    this.frame.classList.add("is-drawn");
    this.dress();
  }

  /** Attributes that may change at any time. */
  update(name) {
    if (["title", "greeting", "placeholder", "examples"].includes(name)) this.dress();
  }
  dress() {
    const { words, host } = this;
    const title = host.getAttribute("title") || (this.kind === "chat" && this.about?.title) || "";
    this.nameplate.textContent = clean(title) || words.get("launcher");
    this.dialog?.setAttribute("aria-label", title ? words.get("dialog", { title }) : words.get("launcher"));
    const hint = this.turns.length && this.kind === "chat" ? "placeholder_follow" : this.scope ? `placeholder_${this.scope}` : "placeholder";
    this.box.placeholder = clean((!this.turns.length && host.getAttribute("placeholder")) || words.get(hint));
    if (this.about) {
      const { articles, first, last } = this.about;
      const span = known(first) && known(last) && words.shortMonths.formatRange(day(first), day(last));
      this.span.replaceChildren(...between([words.count("articles", articles), span], dot));
    }
    this.greet();
  }

  greet() {
    const { words, host } = this;
    this.welcome.hidden = this.turns.length > 0;
    if (this.refused) return;
    const given = host.getAttribute("examples");
    const examples = (given === null ? (this.kind === "chat" && !this.scope ? (this.about?.examples ?? []) : []) : given.split(/[\n|]/))
      .map((text) => text.trim())
      .filter(Boolean)
      .slice(0, EXAMPLES);
    const greeting = host.getAttribute("greeting") ?? (this.about ? words.get(this.about.model ? "greeting_model" : "greeting") : "");
    this.welcome.replaceChildren(
      ...[
        greeting && this.kind === "chat" && h("p", { class: "greeting", dir: "auto" }, greeting),
        this.scope && h("p", { class: "small" }, words.get(`scope_${this.scope}`)),
        examples.length > 0 && h("p", { class: "lead" }, words.get("examples")),
        examples.length > 0 && h("ul", { role: "list" }, examples.map((text) => h("li", {}, h("button", { type: "button", class: "example", dir: "auto", click: () => this.ask(text) }, text)))),
      ].filter(Boolean),
    );
    this.fresh.hidden = !this.turns.length;
  }

  /** Asks who we are here; a page that may not use the chat is told so at once. */
  async renew() {
    this.refused = false;
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
      this.refused = true;
      const shut = trouble.kind === "forbidden" || trouble.kind === "token";
      this.lock(shut);
      const again = h("button", { type: "button", class: "quiet", click: () => this.renew() }, this.words.get("retry"));
      this.welcome.hidden = false;
      this.welcome.replaceChildren(h("div", { class: "failed", role: "alert" }, h("p", {}, this.troubled(trouble)), trouble.kind !== "forbidden" && again));
    }
  }
  lock(shut) {
    const inside = this.composer.contains(this.host.shadowRoot.activeElement);
    this.composer.hidden = shut;
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

  key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (!this.running) this.submit();
  }
  typed() {
    const left = LONGEST_QUESTION - this.box.value.length;
    this.left.textContent = left < NEARLY ? this.words.count("characters_left", left) : "";
    this.box.style.setProperty("height", "auto");
    this.box.style.setProperty("height", `${this.box.scrollHeight}px`);
  }
  submit() {
    const text = this.box.value;
    if (!text.trim()) return;
    this.box.value = "";
    this.typed();
    this.ask(text);
  }

  /** Asks a question after those before it; one that is still being answered is stopped. */
  ask(text) {
    const question = String(text).trim().slice(0, LONGEST_QUESTION);
    if (!question || this.composer.hidden) return;
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
    this.button.textContent = this.words.get("stop");
    this.button.classList.add("stop");
    if (!this.wide()) this.source.close(false);
    this.top(turn);
    const body = { question: turn.question, history, infer: turn.infer };
    if (this.scope) body.scope = { url: pageAddress(), within: this.scope };
    const answer = await turn.run(this.client, body);
    if (this.running === turn) {
      this.running = null;
      this.button.textContent = this.words.get("ask");
      this.button.classList.remove("stop");
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
    else this.box.focus({ preventScroll: true });
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
    return { turns: answered(this.turns), draft: this.box.value };
  }
  empty() {
    this.source.close(false);
    if (this.kind === "ask") this.frame.querySelector(".spread").append(this.source.element);
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
    const stop = this.composer.hidden ? this.frame.querySelector(".tools button:last-child") : this.box;
    stop?.focus({ preventScroll: Boolean(this.dialog) });
  }
  leave() {
    this.gone = true;
    this.running?.stop();
    this.store.leave();
    this.frame.replaceChildren();
  }
}

const answered = (turns) => turns.filter((each) => each.answer).map(({ question, infer, answer }) => ({ question, infer, answer }));

/** What a listener is told of an answer. */
const told = (question, answer) => ({
  id: answer.id,
  question,
  answered: answer.answered,
  text: plain(answer),
  refusal: answer.refusal?.kind ?? null,
  citations: answer.citations.map(({ number, title, source, url, link }) => ({ number, title, source, url, link })),
});

/** The page's own address, as its archive knows it. */
function pageAddress() {
  const canonical = document.querySelector("link[rel~=canonical][href]")?.href;
  return webAddress(canonical) ? canonical : location.origin + location.pathname;
}

/* Newsreader, under a name of ours: read as data, so that it asks nothing of a page's font-src. */
const faces = new Set();
function serif(address) {
  if (faces.has(address)) return;
  faces.add(address);
  fetch(address, { credentials: "omit" })
    .then((reply) => reply.arrayBuffer())
    .then((data) => new FontFace("Byline Newsreader", data, { weight: "200 800" }).load())
    .then((face) => document.fonts.add(face))
    .catch(() => {}); // the page's serif does as well
}

/** The conversation in the tab's session storage, if that may be used. A private site's is not kept. */
class Store {
  constructor(host, kind, site, scope, server) {
    this.host = host;
    const page = scope ? pageAddress() : "";
    const name = `byline:${[server, site, scope ?? "", page, host.id].join("|")}`;
    this.name = kind === "chat" && !inUse.has(name) ? name : null;
    if (this.name) inUse.add(name);
  }
  read() {
    if (!this.name || this.host.token) return [];
    try {
      const turns = JSON.parse(sessionStorage.getItem(this.name) ?? "[]");
      return Array.isArray(turns) ? turns.slice(-REMEMBERED) : [];
    } catch {
      return [];
    }
  }
  write(turns) {
    if (!this.name || this.host.token) return;
    try {
      if (turns.length) sessionStorage.setItem(this.name, JSON.stringify(answered(turns).slice(-REMEMBERED)));
      else sessionStorage.removeItem(this.name);
    } catch {
      // full, or not allowed here: the conversation lives as long as its page
    }
  }
  leave() {
    if (this.name) inUse.delete(this.name);
  }
}

shared.provide({ create: (options) => new View(options) });
