/* The question box. */

const LONGEST_QUESTION = 2_000; // characters, as the server takes them
const NEARLY = 200; // characters left, below which the reader is told how many

class Composer {
  /** `ask(text)` is called with a question, `stop()` where one is still being answered. */
  constructor(words, { ask, stop }) {
    Object.assign(this, { words, ask, stop });
    this.busy = false;
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
    const submit = (event) => {
      event.preventDefault();
      if (this.busy) this.stop();
      else this.submit();
    };
    this.element = h("form", { class: "composer", submit }, h("div", { class: "box" }, this.box, this.button), this.left);
  }

  get draft() {
    return this.box.value;
  }
  set draft(text) {
    this.box.value = text;
  }
  hint(text) {
    this.box.placeholder = clean(text);
  }

  /** While a question is being answered its button stops it. */
  wait(busy) {
    this.busy = busy;
    this.button.textContent = this.words.get(busy ? "stop" : "ask");
    this.button.classList.toggle("stop", busy);
  }

  key(event) {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    if (!this.busy) this.submit();
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
}
