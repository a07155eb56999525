/* The elements: what a page sees of them, and what stands there before the chat is loaded. */

const STYLE = __STYLE__;
const NEAR = "600px"; // from the viewport: a reader who scrolls on finds the chat ready
const FONTS = { az: ["font", "font-ext"], tr: ["font", "font-ext"], ar: [], ru: [] }; // by their letters
const FOCUSABLE = "a[href],button:not(:disabled),input,textarea,summary,[tabindex='0']";
const RIGHT_TO_LEFT = /^(ar|arc|ckb|dv|fa|he|ku-arab|ps|sd|ug|ur|yi)\b/i;

/* The language asked for, the page's or the reader's; and ours that comes nearest. */
function spoken(host) {
  const asked = host.getAttribute("language") || host.closest("[lang]")?.getAttribute("lang") || navigator.language || "en";
  const tag = /^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(asked) ? asked : "en";
  const known = tag.toLowerCase().split("-")[0];
  return known in WORDS ? { tag, known } : { tag: "en", known: "en" };
}

function part(tag, attributes, ...inside) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  element.append(...inside);
  return element;
}

const sheet = new CSSStyleSheet();
sheet.replaceSync(STYLE);

const near = new IntersectionObserver(
  (seen) => seen.filter((each) => each.isIntersecting).forEach((each) => each.target.load()),
  { rootMargin: NEAR },
);

const WATCHED = [
  "examples", "greeting", "language", "launcher", "placeholder", "position", "scope", "server", "site", "theme",
  "title", "typeface",
];
const ANEW = new Set(["language", "launcher", "scope", "server", "site", "typeface"]);

class Shell extends HTMLElement {
  static observedAttributes = WATCHED;
  #view = null;
  #kept = null; // the conversation, while the element is out of the page or drawn anew
  #asked = []; // questions that came before the chat did
  #round = 0; // of drawing: what was begun in an earlier one is not finished
  #live = false;
  #token = null;
  #dialog = null;
  #frame = null;
  #root = null;

  constructor() {
    super();
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    // To the page a key typed in here is a key on the element, and may be a shortcut of its own.
    const typed = (event) => {
      if (event.composedPath()[0].matches?.("textarea,input") && event.key !== "Escape") event.stopPropagation();
    };
    for (const type of ["keydown", "keypress", "keyup"]) root.addEventListener(type, typed);
  }

  get token() {
    return this.#token;
  }
  set token(value) {
    this.#token = typeof value === "function" || value == null ? value : String(value);
    this.#view?.renew();
  }

  connectedCallback() {
    if (Object.hasOwn(this, "token")) {
      const { token } = this; // set before this script ran
      delete this.token;
      this.token = token;
    }
    if (!this.#live) this.#draw();
    this.#live = true;
  }

  disconnectedCallback() {
    queueMicrotask(() => {
      if (this.isConnected) return; // it was only moved
      this.#live = false;
      this.#clear();
    });
  }

  attributeChangedCallback(name, before, now) {
    if (!this.#live || before === now) return;
    if (ANEW.has(name)) {
      const open = this.#dialog?.open;
      this.#clear();
      this.#draw();
      if (open && this.#dialog) this.#show();
    } else {
      this.#dress();
      this.#view?.update(name);
    }
  }

  #clear() {
    near.unobserve(this);
    this.#round += 1;
    this.#kept = this.#view?.keep() ?? this.#kept;
    this.#view?.leave();
    this.#dialog?.close();
    this.shadowRoot.replaceChildren();
    this.#view = this.#dialog = this.#frame = this.#root = null;
  }

  #dress() {
    if (!this.#root) return;
    const { tag, known } = spoken(this);
    const theme = this.getAttribute("theme");
    this.#root.lang = tag;
    this.#root.dir = RIGHT_TO_LEFT.test(tag) ? "rtl" : "ltr";
    if (["light", "dark", "auto"].includes(theme)) this.#root.dataset.theme = theme;
    else delete this.#root.dataset.theme; // the page's own
    this.#root.dataset.position = /^(top|bottom)-(start|end)$/.test(this.getAttribute("position") ?? "")
      ? this.getAttribute("position")
      : "bottom-end";
    const label = this.#root.querySelector(".launcher-label");
    if (label) label.textContent = this.getAttribute("title") || WORDS[known].launcher;
  }

  #draw() {
    this.#frame = part("div", { class: "frame" });
    // Its own empty title keeps the element's from being shown over everything in it.
    this.#root = part("div", { class: "byline", "data-kind": this.kind, title: "" });
    if (this.floats) {
      const button = part("button", { type: "button", class: "launcher", "aria-haspopup": "dialog" }, part("span", { class: "launcher-label" }));
      button.addEventListener("click", () => this.open());
      this.#dialog = part("dialog", { class: "dialog" }, this.#frame);
      this.#dialog.addEventListener("close", () => this.emit("close"));
      this.#dialog.addEventListener("keydown", (event) => this.#trap(event));
      this.#dialog.addEventListener("click", (event) => {
        if (event.target === this.#dialog) this.close();
      });
      this.#root.append(button, this.#dialog);
    } else {
      this.#root.append(this.#frame);
      near.observe(this);
    }
    this.shadowRoot.replaceChildren(this.#root);
    this.#dress();
    this.#lift();
  }

  /* The top layer is above the page, and fixed whatever the page does to its body. */
  #lift() {
    const button = this.#root.querySelector(".launcher");
    if (!button?.showPopover || !button.isConnected) return;
    button.setAttribute("popover", "manual");
    button.showPopover();
  }

  /* Tab goes round inside of the dialog. */
  #trap(event) {
    if (event.key !== "Tab") return;
    const stops = [...this.#dialog.querySelectorAll(FOCUSABLE)].filter((each) => each.getClientRects().length);
    const at = stops.indexOf(this.shadowRoot.activeElement);
    const out = event.shiftKey ? at <= 0 : at === stops.length - 1;
    if (!out || !stops.length) return;
    event.preventDefault();
    stops.at(event.shiftKey ? -1 : 0).focus();
  }

  /* Fetches the rest and draws it. */
  async load() {
    near.unobserve(this);
    if (this.#view || !this.isConnected) return;
    const round = (this.#round += 1);
    const { tag, known } = spoken(this);
    const words = WORDS[known];
    this.#frame.replaceChildren(part("p", { class: "loading" }, words.loading));
    this.#frame.setAttribute("aria-busy", "true");
    if (this.#dialog) this.#dialog.setAttribute("aria-label", words.launcher);
    try {
      const [made, told] = await Promise.all([core(), strings(known)]);
      if (round !== this.#round) return;
      this.#frame.removeAttribute("aria-busy");
      this.#view = made.create({
        host: this,
        frame: this.#frame,
        dialog: this.#dialog,
        kind: this.kind,
        words: told,
        language: tag,
        server: web(this.getAttribute("server"))?.href.replace(/([?#].*|\/?)$/, "/") ?? base,
        kept: this.#kept,
        fonts: this.getAttribute("typeface") === "newsreader" ? FONTS[known] ?? ["font"] : [],
        file: (name) => base + FILES[name][0],
      });
      this.#asked.splice(0).forEach((text) => this.#view.ask(text));
      if (this.#dialog?.open) this.#view.focus();
    } catch (error) {
      if (round !== this.#round) return;
      this.#fail(words, error);
    }
  }

  #fail(words, error) {
    const again = part("button", { type: "button", class: "quiet" }, words.retry);
    again.addEventListener("click", () => this.load());
    const said = part("div", { class: "failed", role: "alert" }, part("p", {}, words.load_failed), again);
    if (this.#dialog) {
      const close = part("button", { type: "button", class: "quiet" }, words.close);
      close.addEventListener("click", () => this.close());
      said.append(close);
    }
    this.#frame.removeAttribute("aria-busy");
    this.#frame.replaceChildren(said);
    this.emit("error", { kind: "load", status: null, message: String(error?.message ?? error) });
  }

  #show() {
    this.#dialog.showModal();
    if (this.#view) this.#view.focus();
    else this.load();
  }

  get kind() {
    return this.localName === "byline-ask" ? "ask" : "chat";
  }
  get floats() {
    return this.kind === "chat" && this.hasAttribute("launcher");
  }

  /** Opens the dialog of a launcher; elsewhere goes to the question box. */
  open() {
    if (!this.isConnected) return;
    if (this.#dialog?.open) return;
    if (this.#dialog) this.#show();
    else if (this.#view) this.#view.focus();
    else this.load().then(() => this.#view?.focus());
    this.emit("open");
  }
  close() {
    if (this.#dialog?.open) this.#dialog.close();
  }
  ask(text) {
    if (!this.isConnected) return;
    if (this.#dialog && !this.#dialog.open) this.open();
    if (this.#view) {
      this.#view.ask(String(text));
      return;
    }
    this.#asked = [String(text)];
    this.load();
  }
  clear() {
    this.#kept = null;
    this.#asked = [];
    this.#view?.clear();
  }

  emit(name, detail = {}) {
    this.dispatchEvent(new CustomEvent(`byline:${name}`, { bubbles: true, composed: true, detail: frozen(detail) }));
  }
}

/* Plain data of its own, that no listener can change under another. */
function frozen(detail) {
  const freeze = (value) => {
    if (value && typeof value === "object") Object.values(value).forEach(freeze);
    return Object.freeze(value);
  };
  return freeze(structuredClone(detail));
}
