/* Who speaks here: the nameplate, what the archive holds, the greeting and what could be asked. */

const EXAMPLES = 4; // that are shown
const SCOPES = new Set(["article", "section", "topic"]);

class Front {
  /** `ask(text)` asks an example. */
  constructor(words, host, { kind, dialog, scope, ask }) {
    Object.assign(this, { words, host, kind, dialog, scope, ask });
    this.nameplate = h("h2", { class: "nameplate", dir: "auto" });
    this.span = h("p", { class: "about small" });
    this.fresh = this.tool("new_conversation", "fresh", () => host.clear());
    this.welcome = h("div", { class: "welcome" });
    const close = dialog && this.tool("close", "close", () => host.close());
    const names = h("div", { class: "names" }, this.nameplate, this.span);
    this.element = kind === "chat" ? h("div", { class: "masthead" }, names, h("div", { class: "tools" }, this.fresh, close)) : this.nameplate;
  }
  tool(key, drawn, click) {
    const name = this.words.get(key);
    return h("button", { type: "button", class: "round", "aria-label": name, title: name, click }, icon(drawn));
  }

  /** After what the server said `about` itself, or with new attributes; `begun` with questions asked. */
  dress(about, begun) {
    const { words, host } = this;
    const title = host.getAttribute("title") || (this.kind === "chat" && about?.title) || "";
    this.nameplate.textContent = clean(title) || words.get("launcher");
    this.dialog?.setAttribute("aria-label", title ? words.get("dialog", { title }) : words.get("launcher"));
    this.fresh.hidden = !begun;
    this.welcome.hidden = begun;
    if (about) {
      const { articles, first, last } = about;
      const span = known(first) && known(last) && words.shortMonths.formatRange(day(first), day(last));
      this.span.replaceChildren(...between([words.count("articles", articles), span], dot));
    }
    if (!this.refused) this.greet(about);
  }

  greet(about) {
    const { words, host, kind, scope } = this;
    const given = host.getAttribute("examples");
    const own = kind === "chat" && !scope ? (about?.examples ?? []) : [];
    const asked = given === null ? own : given.split(/[\n|]/);
    const examples = asked.map((text) => text.trim()).filter(Boolean).slice(0, EXAMPLES);
    const greeting = host.getAttribute("greeting") ?? (about ? words.get(about.model ? "greeting_model" : "greeting") : "");
    const button = (text) => h("button", { type: "button", class: "example", dir: "auto", click: () => this.ask(text) }, text);
    this.welcome.replaceChildren(
      ...[
        greeting && kind === "chat" && h("p", { class: "greeting", dir: "auto" }, greeting),
        scope && h("p", { class: "small" }, words.get(`scope_${scope}`)),
        examples.length > 0 && h("p", { class: "lead" }, words.get("examples")),
        examples.length > 0 && h("ul", { role: "list" }, examples.map((text) => h("li", {}, button(text)))),
      ].filter(Boolean),
    );
  }

  /** Why the chat cannot be used here, until `dress` after `refused` is taken back. */
  refuse(why, again) {
    this.refused = true;
    this.welcome.hidden = false;
    this.welcome.replaceChildren(h("div", { class: "failed", role: "alert" }, h("p", {}, why), again));
  }

  /** What the question box says while it is empty. */
  hint(begun) {
    const key = begun && this.kind === "chat" ? "placeholder_follow" : this.scope ? `placeholder_${this.scope}` : "placeholder";
    return (!begun && this.host.getAttribute("placeholder")) || this.words.get(key);
  }
}
