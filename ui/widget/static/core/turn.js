/* One exchange: the question, what is told while it is answered, the answer, what can be done with it. */

const SLOW = 7_000; // milliseconds without a word, after which the reader is told that it takes long
const DONE = 2_500; // milliseconds that "Copied" stands

/** An answer as plain text, with its numbers; as it is sent back with a follow-up. */
const plain = (answer) =>
  answer.refusal
    ? answer.refusal.message
    : answer.sentences.map((said) => said.text + said.citations.map((n) => ` [${n}]`).join("")).join(" ");

class Turn {
  constructor(view, question, { infer = true } = {}) {
    Object.assign(this, { view, question, infer });
    this.words = view.words;
    this.answer = null;
    this.told = new Told(this.words, [], () => {});
    this.sentences = [];
    this.draw();
  }

  draw() {
    this.notes = h("p", { class: "notes small", hidden: true });
    this.copy = h("div", { class: "copy" });
    this.status = h("div", { class: "status" });
    this.after = h("div", { class: "after" });
    this.asked = h("h3", { class: "asked", tabindex: "-1", dir: "auto" }, this.question);
    this.element = h("article", { class: "turn", "aria-busy": "true" }, this.asked, this.notes, this.copy, this.status, this.after);
  }

  /** Asks, and shows what comes of it; afterwards `answer` is the answer, or null. */
  async run(client, body) {
    this.control = new AbortController();
    this.say(this.words.get("searching"));
    let last = Date.now();
    const watch = setInterval(() => {
      if (Date.now() - last > SLOW) this.hint(this.words.get("slow"));
    }, 1_000);
    try {
      for await (const { name, data } of client.ask(body, this.control.signal)) {
        last = Date.now();
        this.tell(name, data);
      }
    } catch (error) {
      this.fail(this.control.signal.aborted ? null : error);
    } finally {
      clearInterval(watch);
      this.control = null;
      this.rest();
    }
    return this.answer;
  }
  stop() {
    this.control?.abort();
  }
  leave() {
    this.stop();
    this.verdict?.settle();
  }

  tell(name, data) {
    if (name === "waiting") {
      const { ahead } = data;
      this.say(ahead > 0 ? this.words.count("waiting", ahead) : this.words.get("waiting_next"));
    } else if (name === "understood") {
      this.understood(data.question);
      this.say(this.words.get("searching"));
    } else if (name === "sources") {
      this.reading(data.stories);
    } else if (name === "sentence") {
      this.sentences[data.index] = data.sentence;
      const line = h("p", { class: "text arriving", dir: direction(data.sentence.text) }, this.told.sentence(data.sentence), " ");
      if (this.copy.lastChild && this.asks === "fact") this.copy.lastChild.append(...line.childNodes);
      else this.copy.append(line);
      this.say(this.words.get("writing"));
    } else if (name === "done") {
      this.show(data.answer);
    }
  }

  say(...inside) {
    this.status.className = "status";
    this.status.replaceChildren(h("p", { class: "doing" }, inside));
  }
  hint(text) {
    if (this.status.querySelector(".hint")) return;
    this.status.append(h("p", { class: "hint small" }, text));
  }

  understood(question) {
    this.asks = question.asks;
    const literally = folded(question.searched) === folded(question.text);
    const told = question.notes.length ? question.notes : literally ? [] : [this.words.get("searched_for", { text: question.searched })];
    this.notes.hidden = !told.length || !this.infer;
    if (this.notes.hidden) return;
    const undo = h("button", { type: "button", class: "link", "aria-label": this.words.get("undo_label"), click: () => this.view.again(this, false) }, this.words.get("undo"));
    const items = between(told.map((note) => h("bdi", {}, note)), () => "; ");
    this.notes.replaceChildren(h("span", { class: "lead" }, this.words.get("understood")), " ", ...items, " ", undo);
  }

  /** Whose stories are read, while nothing else can be shown yet. */
  reading(stories) {
    if (!stories.length) return;
    const named = stories.slice(0, 3).map((story) => h("li", { dir: "auto" }, h("bdi", {}, story.title), story.source && [" · ", h("bdi", {}, story.source)]));
    this.status.replaceChildren(h("p", { class: "doing" }, this.words.count("reading", stories.length)), h("ul", { class: "reading small", role: "list" }, named));
  }

  fail(trouble) {
    const again = h("button", { type: "button", class: "quiet", click: () => this.view.again(this, this.infer) }, this.words.get("retry"));
    this.status.className = "status failed";
    this.status.replaceChildren(h("p", {}, trouble ? this.view.troubled(trouble) : this.words.get("stopped")));
    if (trouble?.kind === "question" && trouble.detail) this.status.append(h("p", { class: "small", dir: "auto" }, trouble.detail));
    if (trouble?.kind === "internal" && trouble.id) this.status.append(h("p", { class: "small" }, this.words.get("error_reference", { id: trouble.id })));
    if (!["forbidden", "question", "unknown_article"].includes(trouble?.kind)) this.status.append(again);
    if (trouble) this.view.failed(trouble);
  }

  /** The whole answer, in place of what came of it so far. */
  show(answer) {
    const { words } = this;
    this.answer = answer;
    this.understood(answer.question);
    this.told = new Told(words, answer.citations, (number, chip) => this.view.cite(this, number, chip));
    const doubt = (said, told) => this.view.doubts.beside(said, told);
    const laid = (sentences) => sentences.length > 0 && this.told.laid(sentences, answer.question.asks, doubt);
    const ask = (text) => this.view.ask(text);
    const parts = answer.parts.map((part) =>
      h(
        "section",
        { class: "part" },
        h("h4", { class: "part-asked", dir: "auto" }, part.text),
        laid(part.sentences.map((n) => answer.sentences[n]).filter(Boolean)),
        part.refusal && this.told.refusal(part.refusal, ask),
      ),
    );
    const whole = parts.length ? parts : [answer.refusal ? this.told.refusal(answer.refusal, ask) : laid(answer.sentences)];
    this.copy.replaceChildren(...whole.filter(Boolean));
    this.status.replaceChildren();
    this.status.className = "status";
    const written = this.view.doubts.written(answer, this.told);
    this.after.replaceChildren(
      ...[...answer.differences.map((each) => this.told.difference(each)), this.cited(answer), written, this.facts(answer), this.actions(answer)].filter(Boolean),
    );
  }

  /** Nothing more comes of it. */
  rest() {
    this.element.setAttribute("aria-busy", "false");
  }

  /** Who says so, at a glance and without a click: each article's numbers, title, outlet, date. */
  cited({ citations }) {
    if (!citations.length) return null;
    const articles = new Map();
    for (const each of citations) articles.set(each.article_id, [...(articles.get(each.article_id) ?? []), each]);
    const items = [...articles.values()].map((all) =>
      h("li", {}, this.told.chips(all.map((each) => each.number)), h("div", { class: "cited-story" }, this.told.story(all[0], all[0].link, "opens_at_quote"))),
    );
    return h("section", { class: "sources" }, h("h4", { class: "lead" }, this.words.get("sources")), h("ol", { role: "list" }, items));
  }

  facts(answer) {
    const { words } = this;
    const parts = [words.count("searched", answer.searched), words.get("as_of", { date: words.date(answer.today ?? answer.as_of) })];
    if (known(answer.newest) && !answer.refusal) {
      const date = words.date(answer.newest);
      const aged = answer.question.latest && known(answer.today);
      parts.push(aged ? words.get("newest_age", { age: words.age(answer.newest, answer.today), date }) : words.get("newest", { date }));
    }
    return h("p", { class: "facts small" }, between(parts.map((part) => h("span", {}, part)), dot));
  }

  actions(answer) {
    const { words } = this;
    const said = h("p", { class: "small", role: "status" });
    const copy = h("button", { type: "button", class: "action", click: () => this.copied(answer, said) }, icon("copy"), words.get("copy"));
    const { id, confidence } = answer;
    const about = { answer_id: id, question: this.question, answer: plain(answer), confidence };
    this.verdict = new Verdict(words, (verdict) => this.view.client.feedback({ ...about, ...verdict }), said);
    return h("div", { class: "under" }, h("div", { class: "actions" }, copy, this.verdict.thumbs), this.verdict.form, said);
  }

  async copied(answer, said) {
    const listed = answer.citations.map((each) => `[${each.number}] ${[each.title, each.source, this.words.date(each.published)].filter(Boolean).join(", ")}${webAddress(each.link) ? ` ${each.link}` : ""}`);
    const text = clean([this.question, plain(answer), listed.join("\n")].filter(Boolean).join("\n\n"));
    try {
      await navigator.clipboard.writeText(text);
      said.replaceChildren(this.words.get("copied"));
    } catch {
      said.replaceChildren(this.words.get("copy_failed"));
    }
    setTimeout(() => said.replaceChildren(), DONE);
  }

  /** The answer in one breath, for who listens to it. */
  spoken() {
    const { answer, words } = this;
    const text = answer.refusal ? answer.refusal.message : answer.sentences.map((said) => said.text).join(" ");
    const sources = answer.citations.length ? ` ${words.count("announce_sources", answer.citations.length)}` : "";
    return words.get("announce", { text }) + sources;
  }
}
