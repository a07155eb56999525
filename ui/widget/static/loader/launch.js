/* Begins: defines the elements, and puts the launcher on the page. */

/* A script with data-site puts a launcher on the page, unless the chat already stands in it. */
function launch(asking) {
  const given = asking?.dataset;
  if (!given?.site || given.launcher === "off") return;
  const attributes = WATCHED.filter((name) => name !== "launcher" && given[name] !== undefined);
  const values = attributes.map((name) => [name, given[name]]);
  const put = () => {
    if (document.querySelector("byline-chat")) return;
    const element = document.createElement("byline-chat");
    element.setAttribute("launcher", "");
    for (const [name, value] of values) element.setAttribute(name, value);
    document.body.append(element);
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", put, { once: true });
  else put();
}

shared.site = script?.dataset.site ?? null; // for elements that name none
shared.provide = (made) => {
  shared.core = made;
};
customElements.define("byline-chat", class BylineChat extends Shell {});
customElements.define("byline-ask", class BylineAsk extends Shell {});
launch(script);
