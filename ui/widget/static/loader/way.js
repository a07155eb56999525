/* The way to the rest: where this script came from, and how it fetches what a chat needs. */

const FILES = __FILES__; // name -> [path, integrity]
const WORDS = __WORDS__; // language -> the few words needed before its strings are there
const SHARED = Symbol.for("byline.widget");

const script =
  document.currentScript ?? document.querySelector("script[src*='/byline.js'],script[src*='byline.js?']");
if (window[SHARED]) {
  window[SHARED].launch(script);
  return;
}
const address = web(script?.src) ?? new URL(document.baseURI);
const base = new URL(".", address).href;
const nonce = script?.nonce || "";
const shared = { launch, base, core: null };
Object.defineProperty(window, SHARED, { value: shared });

function web(text) {
  if (!text) return null;
  try {
    const url = new URL(text, document.baseURI);
    return /^https?:$/.test(url.protocol) && !url.username ? url : null;
  } catch {
    return null;
  }
}

/* Hosts may require Trusted Types: the policy "byline" lets our own scripts' addresses through. */
let policy;
function trusted(path) {
  const url = base + path;
  if (!window.trustedTypes) return url;
  if (policy === undefined) {
    try {
      policy = window.trustedTypes.createPolicy("byline", {
        createScriptURL(asked) {
          if (asked === base + FILES.core[0]) return asked;
          throw new TypeError("Not a script of Byline's.");
        },
      });
    } catch {
      policy = null;
    }
  }
  return policy ? policy.createScriptURL(url) : url;
}

let coming = null;
function core() {
  coming ??= new Promise((resolve, reject) => {
    const [path, integrity] = FILES.core;
    const element = document.createElement("script");
    element.integrity = integrity;
    element.crossOrigin = "anonymous";
    element.async = true;
    if (nonce) element.nonce = nonce;
    const done = () => {
      element.remove();
      if (shared.core) {
        resolve(shared.core);
      } else {
        coming = null;
        reject(new Error("The chat could not be loaded."));
      }
    };
    element.addEventListener("load", done);
    element.addEventListener("error", done);
    try {
      element.src = trusted(path);
      document.head.append(element);
    } catch (error) {
      coming = null;
      reject(error);
    }
  });
  return coming;
}

const read = {}; // language -> its strings, or the promise of them
function strings(language) {
  const [path, integrity] = FILES[`strings.${language}`];
  read[language] ??= fetch(base + path, { integrity, credentials: "omit", referrerPolicy: "no-referrer" })
    .then((reply) => {
      if (!reply.ok) throw new Error(`The words could not be loaded: ${reply.status}.`);
      return reply.json();
    })
    .catch((error) => {
      delete read[language];
      throw error;
    });
  return read[language];
}
