/* What the chat takes from the page and the window around it. */

const MAGNIFIED = 1.05; // times: from here on the reader has zoomed in with two fingers

/** The page's own address, as its archive knows it. */
function pageAddress() {
  const canonical = document.querySelector("link[rel~=canonical][href]")?.href;
  return webAddress(canonical) ? canonical : location.origin + location.pathname;
}

/* Newsreader, under a name of ours: read as data, so that it asks nothing of a page's font-src. */
const faces = new Set();
function serif(address) {
  if (faces.has(address)) return;
  faces.add(address);
  fetch(address, { credentials: "omit" })
    .then((reply) => reply.arrayBuffer())
    .then((data) => new FontFace("Byline Newsreader", data, { weight: "200 800" }).load())
    .then((face) => document.fonts.add(face))
    .catch(() => {}); // the page's serif does as well
}

/* A phone's keyboard lies over a page that is told nothing of it but this: the dialog fills what
   is left, so that the question box stays above the keyboard. Returns how to stop. */
function fit(dialog) {
  const seen = window.visualViewport;
  if (!dialog || !seen) return () => {};
  const put = () => {
    const whole = seen.scale > MAGNIFIED; // the reader looks closer: nothing may move then
    const room = { "--seen": seen.height, "--above": seen.offsetTop, "--below": innerHeight - seen.height - seen.offsetTop };
    for (const [name, pixels] of Object.entries(room)) {
      if (whole) dialog.style.removeProperty(name);
      else dialog.style.setProperty(name, `${Math.max(0, Math.round(pixels))}px`);
    }
  };
  const types = ["resize", "scroll"];
  types.forEach((type) => seen.addEventListener(type, put));
  put();
  return () => types.forEach((type) => seen.removeEventListener(type, put));
}
