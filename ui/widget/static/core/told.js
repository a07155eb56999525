/* An answer's sentences, and what is told beside them: whose claim, which day, who differs. */

const LONG = 24; // characters of a last word, beyond which it may be parted to fit a phone
const FEWEST = 3; // figures that are worth a picture: two are read as fast
const PICTURE = { width: 320, top: 20, height: 40, side: 18, more: 16, room: 34 }; // in its own units

/** Text cut at spans that count code points, as the archive does: [text, marked] runs. */
function cut(text, spans) {
  const letters = [...text];
  const runs = [];
  let done = 0;
  for (const [start, end] of spans.filter(([a, b]) => a >= 0 && b > a).sort((a, b) => a[0] - b[0])) {
    const from = Math.max(start, done);
    const to = Math.min(end, letters.length);
    if (to <= from) continue;
    if (from > done) runs.push([letters.slice(done, from).join(""), false]);
    runs.push([letters.slice(from, to).join(""), true]);
    done = to;
  }
  if (done < letters.length) runs.push([letters.slice(done).join(""), false]);
  return runs;
}

const folded = (text) => text.split(/\s+/).join(" ").trim().toLowerCase();

/** A text with what follows it, which never parts from its last word. */
function held(text, ...after) {
  const at = text.lastIndexOf(" ") + 1;
  if (text.length - at > LONG) return [text, after];
  return [text.slice(0, at), h("span", { class: "together" }, text.slice(at), after)];
}

class Told {
  /** `open(number, chip)` opens a source; `citations` are empty while an answer arrives. */
  constructor(words, citations, open) {
    this.words = words;
    this.cited = new Map(citations.map((each) => [each.number, each]));
    this.open = open;
  }

  outlet(story) {
    return clean(story.source || story.title);
  }

  chip(number) {
    const citation = this.cited.get(number);
    const shown = this.words.counts.format(number);
    const named = citation
      ? this.words.get("source_named", { number: shown, outlet: this.outlet(citation), title: citation.title }) +
        (citation.correction ? ` (${this.corrected(citation)})` : "")
      : this.words.get("source", { number: shown });
    const chip = h("button", { type: "button", class: "chip", "data-cite": number, "aria-label": named, "aria-expanded": "false", disabled: !citation }, shown);
    if (citation) chip.addEventListener("click", () => this.open(number, chip));
    return citation?.correction ? [chip, h("span", { class: "corrected" }, this.words.get("corrected"))] : [chip];
  }
  chips(numbers) {
    return numbers.length ? h("span", { class: "chips" }, numbers.map((number) => this.chip(number))) : null;
  }
  corrected(citation) {
    const on = citation.correction.on;
    return known(on) ? this.words.get("corrected_on", { date: this.words.date(on) }) : this.words.get("corrected");
  }

  /** A sentence's words, each that means a day only with the day of publication glossed. */
  runs(said) {
    const source = said.citations.map((n) => this.cited.get(n)).find((each) => each?.quote === said.text);
    const letters = [...said.text];
    const runs = [];
    let done = 0;
    for (const mention of [...(source?.dates ?? [])].sort((a, b) => a.end - b.end)) {
      const told = said.days && said.days.first === mention.first && said.days.last === mention.last;
      if (mention.end <= done || mention.end > letters.length || told) continue;
      runs.push([letters.slice(done, mention.end).join(""), this.words.meant(mention)]);
      done = mention.end;
    }
    if (done < letters.length || !runs.length) runs.push([letters.slice(done).join(""), ""]);
    return runs.map(([text, meant]) => [text, meant && h("span", { class: "meant" }, " (", h("bdi", {}, meant), ")")]);
  }

  /** A sentence with its numbers, which never part from its last word. */
  sentence(said, { claim = true, doubt = null } = {}) {
    const chips = this.chips(said.citations);
    const runs = this.runs(said);
    const [last, meant] = runs.pop();
    const inside = runs.flat();
    const speech = claim && claimed(said) ? said.speech : null;
    if (speech) {
      const who = this.who(speech);
      const end = h("bdi", {}, held(who.pop().textContent, chips));
      inside.push(last, meant, " ", h("span", { class: "claim" }, h("span", { "aria-hidden": "true" }, "— "), hidden(this.words.get("said_by"), " "), who, end));
    } else {
      inside.push(chips ? held(last, meant, chips) : [last, meant]);
    }
    return h("span", { class: "sentence", dir: "auto" }, inside, doubt?.(said, this));
  }

  who(speech) {
    const parts = [speech.speaker, speech.role, speech.place && this.words.get("in_place", { place: speech.place })];
    return between(parts.filter(Boolean).map((part) => h("bdi", {}, part)), () => this.words.comma);
  }

  dayOf(said) {
    if (said.days) return said.days;
    const dated = said.citations.map((n) => this.cited.get(n)).find((each) => known(each?.published));
    return dated ? { first: dated.published, last: dated.published, words: "" } : null;
  }

  /** Sentences as running text, as a timeline, or as quotations with their speakers. */
  laid(sentences, asks, doubt) {
    if (asks === "timeline") return h("ol", { class: "timeline", role: "list" }, this.lines(sentences, doubt));
    if (asks === "speech") return this.quotations(sentences, doubt);
    return h("p", { class: "text", dir: direction(sentences[0].text) }, sentences.map((said) => [this.sentence(said, { doubt }), " "]));
  }
  lines(sentences, doubt) {
    let before = null;
    return sentences.map((said) => {
      const days = this.dayOf(said);
      const shown = days ? this.words.days(days.first, days.last) : this.words.get("undated");
      const same = shown === before;
      before = shown;
      const time = days ? h("time", { datetime: String(days.first).slice(0, 10) }, shown) : shown;
      const published = days && !days.words && h("span", { class: "published" }, this.words.get("published"), " ");
      return h(
        "li",
        { class: `line${same ? " same" : ""}${published ? " is-published" : ""}` },
        h("div", { class: same ? "when sr-only" : "when" }, published, time),
        h("div", { class: "what", dir: direction(said.text) }, this.sentence(said, { doubt })),
      );
    });
  }
  quotations(sentences, doubt) {
    const caption = (said) => (said?.speech ? JSON.stringify([said.speech.speaker, this.dayOf(said)]) : "");
    const said = sentences.map((said, n) => {
      if (!said.speech) return h("p", { class: "text", dir: direction(said.text) }, this.sentence(said, { doubt }));
      const ends = caption(said) !== caption(sentences[n + 1]);
      const days = this.dayOf(said);
      const when = days && [this.words.comma, !days.words && `${this.words.get("published")} `, h("bdi", {}, this.words.days(days.first, days.last))];
      const [name, ...rest] = this.who(said.speech);
      name.classList.add("speaker-name");
      return h(
        "figure",
        { class: ends ? "said" : "said goes-on" },
        h("blockquote", { dir: direction(said.text) }, this.sentence(said, { claim: false, doubt })),
        ends && h("figcaption", { class: "speaker" }, h("span", { "aria-hidden": "true" }, "— "), name, rest, when),
      );
    });
    return h("div", {}, said);
  }

  /** What the cited articles differ on, side by side. */
  difference(each) {
    return h(
      "section",
      { class: "difference" },
      h("h4", {}, h("span", { class: "lead" }, this.words.get(`differ_${each.kind}`)), " ", h("bdi", { class: "about" }, each.about)),
      this.picture(each),
      h("ul", { class: "accounts", role: "list" }, each.accounts.map((account) => this.account(account))),
    );
  }
  accountDay(account) {
    return account.on ?? this.cited.get(account.citation)?.published ?? null;
  }
  account(account) {
    const citation = this.cited.get(account.citation);
    const about = [citation && h("bdi", {}, this.outlet(citation)), this.words.time(this.accountDay(account))];
    return h(
      "li",
      {},
      h("p", { class: "account", dir: "auto" }, held(this.words.quoted(account.words), " ", citation && this.chips([account.citation]))),
      h("p", { class: "small" }, between(about, () => this.words.comma)),
    );
  }
  /** A step line: each figure held until the next one was given. */
  picture({ kind, about, accounts }) {
    const values = accounts.map((each) => each.value).filter(Number.isFinite);
    const [low, high] = [Math.min(...values), Math.max(...values)];
    if (kind !== "changed" || values.length < Math.max(FEWEST, accounts.length) || low === high) return null;
    const { width, top, height, side, more, room } = PICTURE;
    const dated = accounts.map((each) => this.accountDay(each)).map((iso) => (known(iso) ? day(iso).getTime() : NaN));
    const inOrder = dated.every((time, n) => !n || time >= dated[n - 1]) && dated.at(-1) > dated[0];
    const places = inOrder ? dated : accounts.map((_, n) => n);
    const x = places.map((at) => side + ((width - 2 * side - more) * (at - places[0])) / (places.at(-1) - places[0]));
    const y = values.map((value) => top + (height * (high - value)) / (high - low));
    const steps = x.slice(1).map((across, n) => `H${across.toFixed(1)}V${y[n + 1].toFixed(1)}`);
    const told = accounts.map((each) => {
      const figure = this.words.figures.format(each.value);
      const date = this.words.date(this.accountDay(each));
      return date ? this.words.get("figure_on", { figure, date }) : figure;
    });
    return svg(
      "svg",
      { class: "course", viewBox: `0 0 ${width} ${top + height + 4}`, role: "img", "aria-label": `${about}: ${told.join(`, ${this.words.get("then")} `)}` },
      svg("path", { d: `M${x[0].toFixed(1)} ${y[0].toFixed(1)}${steps.join("")}h${more}` }),
      x.map((across, n) => svg("circle", { cx: across, cy: y[n], r: 2.5 })),
      x.map((across, n) => (n + 1 === x.length || x[n + 1] - across >= room) && svg("text", { x: across, y: y[n] - 7 }, this.words.figures.format(values[n]))),
    );
  }

  /** Source · date · section, those that are known. */
  byline(story) {
    const parts = [story.source && h("bdi", {}, story.source), this.words.time(story.published), story.section && h("bdi", {}, story.section)];
    return h("p", { class: "small" }, between(parts, dot));
  }
  /** A story by its title, linked if its publisher has a page. */
  story(story, address = story.url, told = "opens_page") {
    const title = h("span", { dir: "auto", lang: tongue(story.language) }, story.title);
    const note = webAddress(address) && hidden(" ", this.words.get(told));
    return [outside(address, { class: "story-title" }, title, note), this.byline(story)];
  }

  /** Why there is no answer, what else to ask, and the nearest stories. */
  refusal(why, ask) {
    const list = (key, items) =>
      items.length > 0 && h("div", { class: "others" }, h("h4", { class: "lead" }, this.words.get(key)), h("ul", { role: "list" }, items.map((item) => h("li", {}, item))));
    const kind = `refused_${why.kind}`;
    return h(
      "div",
      { class: "refusal" },
      h("p", { class: "lead" }, this.words.get(this.words.has(kind) ? kind : "refused_not_found")),
      h("p", { class: "text", dir: "auto" }, why.message),
      list("readings", why.readings.map((text) => h("button", { type: "button", class: "example", dir: "auto", click: () => ask(text) }, text))),
      list("nearest", why.nearest.map((story) => this.story(story))),
    );
  }
}

/** Whose claim a sentence is, where its own words do not name them. */
function claimed({ speech, text }) {
  const name = speech?.speaker?.trim().split(/\s+/).pop();
  if (!name) return false;
  const outside = text.replace(/“[^”]*(”|$)|«[^»]*(»|$)|„[^“”]*([“”]|$)|"[^"]*("|$)/g, " ").replace(/[’']s\b/g, "");
  return !outside.split(/\s+/).some((word) => word.replace(/^[,.:;]+|[,.:;]+$/g, "").toLowerCase() === name.toLowerCase());
}
