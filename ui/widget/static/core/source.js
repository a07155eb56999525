/* A citation opened: the quote, marked, where it stood in the story. */

class Source {
  /** `closed` is called when the reader closes it, to put the focus back. */
  constructor(words, client, doubts, closed) {
    Object.assign(this, { words, client, doubts, closed });
    this.number = null;
    this.opened = 0; // counts, so that a late reply does not stand under another title
    this.read = new Map();
    this.lead = h("p", { class: "lead accent" });
    this.body = h("div", { class: "source-body" });
    const close = h("button", { type: "button", class: "round", "aria-label": words.get("source_close"), click: () => this.close() }, icon("close"));
    this.element = h(
      "section",
      { class: "source", hidden: true, tabindex: "-1", keydown: (event) => this.key(event) },
      h("div", { class: "source-bar" }, this.lead, close),
      this.body,
    );
  }

  key(event) {
    if (event.key !== "Escape" || this.element.hidden) return;
    event.preventDefault(); // the dialog stays
    event.stopPropagation();
    this.close();
  }

  close(back = true) {
    if (this.element.hidden) return;
    this.opened += 1;
    this.element.hidden = true;
    this.closed(back);
  }

  async open(citation, said, told, { focus = true } = {}) {
    const round = (this.opened += 1);
    const { words } = this;
    const number = words.counts.format(citation.number);
    const text = h("div", { class: "source-text", lang: tongue(citation.language) }, h("p", { class: "small" }, words.get("source_opening")));
    const title = h("h3", { class: "source-title", tabindex: "-1", dir: "auto", lang: tongue(citation.language) }, citation.title);
    const outdated = h("p", { class: "noted", hidden: true }, words.get("outdated"));
    this.lead.textContent = words.get("source", { number });
    this.element.setAttribute("aria-label", this.lead.textContent);
    this.element.hidden = false;
    this.body.replaceChildren(
      ...[
        title,
        told.byline(citation),
        citation.author && h("p", { class: "small" }, words.get("by_author", { author: h("bdi", {}, citation.author) })),
        outdated,
        citation.correction && this.correction(citation, told),
        text,
        this.dates(citation),
        this.link(citation),
        this.copies(citation, told),
      ].filter(Boolean),
    );
    this.element.scrollTop = 0;
    if (focus) title.focus({ preventScroll: true });
    const key = [citation.article_id, citation.version, citation.start, citation.end].join();
    try {
      if (!this.read.has(key)) this.read.set(key, await this.client.source(citation));
      if (round !== this.opened) return;
      const view = this.read.get(key);
      outdated.hidden = !view.outdated;
      text.replaceChildren(...this.paragraphs(view, citation, said));
    } catch (trouble) {
      if (round !== this.opened) return;
      // What was quoted is known in any case.
      const again = h("button", { type: "button", class: "quiet", click: () => this.open(citation, said, told) }, words.get("retry"));
      text.replaceChildren(
        h("p", { class: "quoted", dir: "auto" }, h("mark", {}, citation.quote)),
        h("p", { class: "small", role: "status" }, words.get(trouble.kind === "forbidden" ? "error_forbidden" : "source_failed")),
        again,
      );
    }
    this.bring(text.querySelector("mark"), focus);
  }

  /** Scrolls to the quote within the panel, or the dialog where that is what scrolls. The page
   *  around moves only for a reader who opened the source, and only as far as it must. */
  bring(mark, asked) {
    if (!mark) return;
    let box = this.element;
    while (box && (box.scrollHeight <= box.clientHeight + 1 || getComputedStyle(box).overflowY !== "auto")) box = box.parentElement;
    if (box) {
      const below = mark.getBoundingClientRect().bottom - box.getBoundingClientRect().bottom;
      if (below > -24) box.scrollTop += below + box.clientHeight / 3;
    }
    if (asked && !this.element.closest("dialog")) mark.scrollIntoView({ block: "nearest" });
  }

  paragraphs(view, citation, said) {
    const gap = (key) => h("p", { class: "gap" }, h("span", { "aria-hidden": "true" }, "…"), hidden(this.words.get(key)));
    const paragraphs = view.paragraphs.map(({ runs, heading }) => {
      const marked = runs.some(({ quoted }) => quoted);
      const inside = runs.map(({ text, quoted }) => (quoted ? h("mark", {}, text) : text));
      return h(heading ? "h4" : "p", { class: marked && "quoted", dir: "auto" }, inside);
    });
    const quote = Math.max(0, view.paragraphs.findIndex(({ runs }) => runs.some(({ quoted }) => quoted)));
    const reworded = this.reworded(citation, said);
    if (reworded) paragraphs.splice(quote, 0, reworded);
    return [view.before && gap("story_earlier"), ...paragraphs, view.after && gap("story_goes_on")].filter(Boolean);
  }

  /** What a language model made of the quote, to be compared with it. */
  reworded(citation, said) {
    const own = said.filter((each) => each.verdict && !folded(citation.quote).includes(folded(each.text)));
    if (!own.length) return null;
    return h(
      "div",
      { class: "reworded" },
      h("p", { class: "side-lead" }, this.words.get("reworded")),
      own.map((each) => [h("p", { class: "side-text", dir: "auto" }, this.doubts.claim(each.text, each.verdict)), this.doubts.reasons(each.verdict, "source")]),
    );
  }

  correction(citation, told) {
    return h("div", { class: "noted" }, h("p", { class: "lead accent" }, told.corrected(citation)), h("p", { dir: "auto" }, citation.correction.text));
  }

  /** What "on Tuesday" in the quote means: a story is read long after its week. */
  dates(citation) {
    const told = citation.dates.map((each) => this.words.get("means", { words: each.words, date: this.words.days(each.first, each.last, true) }));
    return told.length > 0 && h("ul", { class: "small meanings", role: "list" }, [...new Set(told)].map((each) => h("li", { dir: "auto" }, each)));
  }

  link(citation) {
    const url = webAddress(citation.link);
    if (!url) return h("p", { class: "source-link small" }, this.words.get("no_page"));
    const site = h("bdi", {}, url.hostname.replace(/^www\./, ""));
    return h(
      "p",
      { class: "source-link" },
      outside(citation.link, {}, this.words.get("read_at", { site }), h("span", { "aria-hidden": "true" }, " ↗"), hidden(" ", this.words.get("opens_at_quote"))),
    );
  }

  copies(citation, told) {
    const copies = citation.also_in;
    if (!copies.length) return null;
    return h("details", { class: "copies" }, h("summary", {}, this.words.count("also_in", copies.length)), h("ul", { role: "list" }, copies.map((copy) => h("li", {}, told.story(copy)))));
  }
}
