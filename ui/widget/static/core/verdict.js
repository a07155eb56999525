/* What a reader thinks of an answer: two thumbs, and what is wrong with it. Sent once. */

const PATIENCE = 30_000; // milliseconds that "Not helpful" waits for its reason before it goes without

class Verdict {
  /** `send({helpful, reason})` resolves once it is kept; `said` is where the reader is told so. */
  constructor(words, send, said) {
    Object.assign(this, { words, send, said });
    this.helpful = null;
    this.waiting = null; // the timer of a verdict that was pressed and is not sent
    this.leaving = () => this.settle();
    this.reason = h("input", { type: "text", maxlength: "500", autocomplete: "off", input: () => this.wait() });
    const submit = (event) => {
      event.preventDefault();
      this.settle(this.reason.value.trim());
    };
    const label = h("label", {}, h("span", { class: "small" }, words.get("reason")), this.reason);
    this.form = h("form", { class: "reason", hidden: true, submit }, label, h("button", { type: "submit", class: "quiet" }, words.get("send")));
    const thumb = (helpful, key) =>
      h("button", { type: "button", class: "action thumb", "aria-pressed": "false", "aria-label": words.get(key), click: () => this.press(helpful) }, icon(helpful ? "up" : "down"));
    this.thumbs = [thumb(true, "helpful"), thumb(false, "unhelpful")];
  }

  press(helpful) {
    if (helpful === this.helpful) return;
    this.helpful = helpful;
    this.thumbs.forEach((thumb, n) => thumb.setAttribute("aria-pressed", String(helpful === !n)));
    this.said.replaceChildren();
    this.form.hidden = helpful;
    this.wait();
    if (helpful) this.settle();
    else this.reason.focus();
  }

  /** Gives the reader time to write, from the last letter on. */
  wait() {
    clearTimeout(this.waiting);
    this.waiting = setTimeout(() => this.settle(), PATIENCE);
    window.addEventListener("pagehide", this.leaving);
  }

  /** Sends what was pressed, if it was not sent: what was typed goes only when the reader sends it. */
  async settle(reason = "") {
    if (this.waiting === null) return;
    clearTimeout(this.waiting);
    this.waiting = null;
    window.removeEventListener("pagehide", this.leaving);
    const back = this.form.contains(this.form.getRootNode().activeElement);
    this.form.hidden = true;
    if (back) this.thumbs[1].focus({ preventScroll: true });
    try {
      await this.send({ helpful: this.helpful, reason });
      this.said.replaceChildren(this.words.get("thanks"));
    } catch {
      this.said.replaceChildren(this.words.get("feedback_failed"));
      this.helpful = null; // and may be pressed again
    }
  }
}
