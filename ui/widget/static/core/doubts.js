/* What a verifier says of a language model's sentences, in plain words and side by side. */

const MARKS = { supported: "✓", contradicted: "≠", unsupported: "?", not_checkable: "–" };
const CHECKS = new Set(["number", "date", "name", "negation", "quotation", "direction", "words"]);
const LONGEST = 120; // characters of a sentence's words that a reason repeats
const GROUNDS = 2; // sentences of evidence that a claim is set beside: it may lean on two

class Doubts {
  constructor(words) {
    this.words = words;
  }

  /** The word beside a doubted sentence, and behind it why. Null for one borne out. */
  beside(said, told) {
    const verdict = said.verdict;
    if (!verdict || verdict.state === "supported" || !(verdict.state in MARKS)) return null;
    const why = h("span", { class: "why", hidden: true }, this.reasons(verdict, "source"));
    if (verdict.state !== "not_checkable") {
      why.append(this.pair(said.text, verdict, told, "the_answer", "the_source"), h("span", { class: "small" }, this.words.percent(verdict.score)));
    }
    const button = h(
      "button",
      {
        type: "button",
        class: "doubt",
        "aria-expanded": "false",
        click() {
          why.hidden = !why.hidden;
          button.setAttribute("aria-expanded", String(!why.hidden));
        },
      },
      h("span", { class: "mark", "aria-hidden": "true" }, MARKS[verdict.state]),
      this.words.get(`doubt_${verdict.state}`),
      hidden(" ", this.words.get("doubt_why")),
    );
    return [" ", button, why];
  }

  /** Why, a line each: `where` is "source" (the answer's) or "archive" (of what was left out). */
  reasons(verdict, where, plain = true) {
    const told = new Set();
    const strange = verdict.failures.filter((each) => each.check === "words" && !each.found);
    for (const failure of verdict.failures) {
      if (!strange.includes(failure)) told.add(this.reason(failure, where));
      else if (failure === strange[0]) {
        const said = [...new Set(strange.map((each) => this.brief(each.words)))].join(", ");
        told.add(this.words.get(`${where}_words`, { said }));
      }
    }
    if (!told.size && plain && verdict.state in MARKS) told.add(this.words.get(`${where}_${verdict.state}`));
    return [...told].map((each) => h("span", { class: "reason-why", dir: "auto" }, each));
  }
  reason({ check, words, found, opposed }, where) {
    const said = this.brief(words);
    if (!found.trim()) return this.words.get(`${where}_${CHECKS.has(check) ? check : "words"}`, { said });
    const verb = check === "quotation" ? "quotes_" : "";
    return this.words.get(`${where}_${verb}${opposed ? "says" : "only_has"}`, { said, found: this.brief(found) });
  }
  brief(words) {
    const flat = words.split(/\s+/).join(" ").trim();
    return this.words.quoted(flat.length <= LONGEST ? flat : `${flat.slice(0, LONGEST).trimEnd()}…`);
  }

  marked(runs) {
    return runs.map(([text, differs]) => (differs ? h("em", { class: "differs" }, text) : text));
  }
  claim(text, verdict) {
    return this.marked(cut(text, verdict.failures.map(({ start, end }) => [start, end])));
  }

  /** The best evidence, each cut where it has something else in a claim's place. */
  evidence(verdict) {
    let found = verdict.failures.map((each) => each.found.trim()).filter(Boolean);
    const chosen = [];
    for (const { text } of verdict.grounds) {
      const spans = found.map((words) => place(words, text)).filter(Boolean);
      if (!chosen.length || spans.length) {
        chosen.push([text, cut(text, spans)]);
        found = found.filter((words) => !place(words, text));
      }
      if (chosen.length === GROUNDS || !found.length) break;
    }
    return chosen;
  }
  pair(text, verdict, told, lead, beside, struck = false) {
    const side = (key, inside) => h("span", { class: "side" }, h("span", { class: "side-lead" }, this.words.get(key)), inside);
    const number = (ground) => [...told.cited.values()].find((each) => ground.trim() && each.quote.includes(ground.trim()))?.number;
    const found = this.evidence(verdict).map(([ground, runs]) => {
      const cited = number(ground);
      return h("span", { class: "side-text", dir: "auto" }, this.marked(runs), cited && told.chips([cited]));
    });
    const claim = this.claim(text, verdict);
    return h(
      "span",
      { class: "sides" },
      side(lead, h("span", { class: "side-text", dir: "auto" }, struck ? h("s", {}, claim) : claim)),
      side(beside, found.length ? found : h("span", { class: "side-text small" }, this.words.get("nothing_close"))),
    );
  }

  /** The line under an answer that a model had to do with; it opens on what was left out. */
  written(answer, told) {
    const by = answer.written;
    if (!by) return null;
    const model = h("bdi", {}, by.model);
    const lead = by.fallback
      ? [this.words.get(this.words.has(`fallback_${by.fallback}`) ? `fallback_${by.fallback}` : "fallback_failed"), " ", this.words.get(answer.refusal ? "own_answer" : "own_sentences")]
      : this.words.get(answer.refusal ? "asked_of" : "written_by", { model });
    const facts = ["mended", "again", "invented_ids", "invented_quotations"].filter((key) => by[key] > 0);
    if (!by.dropped.length && !facts.length) return h("p", { class: "written small" }, lead);
    const out = by.dropped.length ? this.words.count("left_out", by.dropped.length) : this.words.get("details");
    return h(
      "details",
      { class: "written small" },
      h("summary", {}, lead, dot(), h("span", { class: "link" }, out)),
      by.dropped.length > 0 && [
        h("h4", { class: "lead" }, this.words.get("dropped")),
        h("p", {}, this.words.get("dropped_note")),
        h("ol", { role: "list" }, by.dropped.map((each) => this.dropped(each, told))),
      ],
      facts.length > 0 && h("ul", { class: "account-of", role: "list" }, facts.map((key) => h("li", {}, this.words.count(key, by[key])))),
    );
  }
  dropped({ text, verdict }, told) {
    const state = verdict.state in MARKS ? verdict.state : "unsupported";
    return h(
      "li",
      { class: "why" },
      h("span", { class: "state" }, h("span", { class: "mark", "aria-hidden": "true" }, MARKS[state]), this.words.get(`archive_${state}`)),
      this.reasons(verdict, "archive", false),
      this.pair(text, verdict, told, "left_out", "closest", true),
      state !== "not_checkable" && h("span", { class: "small" }, this.words.percent(verdict.score)),
    );
  }
}

/** Where words stand in a text, as words of their own; counted in code points. */
function place(words, text) {
  const exact = words.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const found = new RegExp(`(?<![\\p{L}\\p{N}_])${exact}(?![\\p{L}\\p{N}_])`, "iu").exec(text);
  if (!found) return null;
  const start = [...text.slice(0, found.index)].length;
  return [start, start + [...found[0]].length];
}
