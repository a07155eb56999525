/* Elements, and nothing else: text becomes text nodes, and only web addresses become links. */

// C0 and C1 controls, and the characters that reorder the text around them.
const UNPRINTABLE = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g;
const SVG = "http://www.w3.org/2000/svg";

const clean = (text) => String(text ?? "").replace(UNPRINTABLE, "");

function into(element, attributes, inside) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value == null || value === false) continue;
    if (typeof value === "function") element.addEventListener(name, value);
    else element.setAttribute(name, value === true ? "" : clean(value));
  }
  for (const each of inside.flat(Infinity)) {
    if (each == null || each === false || each === "") continue;
    element.append(each instanceof Node ? each : clean(each));
  }
  return element;
}

/** An element: functions among the attributes listen to the event of that name. */
const h = (tag, attributes = {}, ...inside) => into(document.createElement(tag), attributes, inside);
const svg = (tag, attributes = {}, ...inside) => into(document.createElementNS(SVG, tag), attributes, inside);

/** An absolute http(s) address that a reader may be sent to, or null. */
function webAddress(text) {
  if (typeof text !== "string" || /[\x00-\x20\x7f-\xa0"<>\\^`{|}]/.test(text)) return null;
  try {
    const url = new URL(text);
    return /^https?:$/.test(url.protocol) && url.hostname && !url.username && !url.password ? url : null;
  } catch {
    return null;
  }
}

/** A language tag as it may stand in `lang`, or null. */
const tongue = (language) => (/^[a-z]{2,3}(-[a-z0-9]{2,8})*$/i.test(language ?? "") ? language : null);

/** The direction of a text's first letter: a line of Arabic stands to the right of any page. */
function direction(text) {
  const letter = /\p{L}/u.exec(text)?.[0] ?? "";
  return /[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc]/.test(letter) ? "rtl" : "ltr";
}

const hidden = (...inside) => h("span", { class: "sr-only" }, ...inside);
// The spaces stay for who listens, or words would run together.
const dot = () => [" ", h("span", { "aria-hidden": "true" }, "·"), " "];
const between = (parts, made) => parts.filter(Boolean).flatMap((part, n) => (n ? [made(), part].flat() : [part]));

/** A link to a publisher's page, or what stands in its place where there is none. */
function outside(address, attributes, ...inside) {
  const url = webAddress(address);
  if (!url) return h("span", attributes, ...inside);
  return h("a", { ...attributes, href: address, target: "_blank", rel: "noopener noreferrer" }, ...inside);
}

const DRAWN = {
  close: ["M4 4l8 8M12 4l-8 8"],
  fresh: ["M8 3v10M3 8h10"],
  copy: ["M6 6h7v7H6z", "M10 6V3H3v7h3"],
  up: ["M2.5 7.5h2.5v6H2.5zM5 7.5L8 2.5c1.2 0 1.7.8 1.5 1.9L9 6.5h3.5c.8 0 1.3.7 1.1 1.5l-1.2 4.4c-.2.7-.7 1.1-1.4 1.1H5"],
  down: ["M2.5 8.5h2.5v-6H2.5zM5 8.5l3 5c1.2 0 1.7-.8 1.5-1.9L9 9.5h3.5c.8 0 1.3-.7 1.1-1.5l-1.2-4.4c-.2-.7-.7-1.1-1.4-1.1H5"],
};
const icon = (name) =>
  svg("svg", { class: "icon", viewBox: "0 0 16 16", "aria-hidden": "true", focusable: "false" }, DRAWN[name].map((d) => svg("path", { d })));
