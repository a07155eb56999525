// One case, opened: its answer, and every claim beside the evidence for it.
function drawAnswer(one) {
  if (!one.answer.length) return make("p", { class: "remark" }, "The answer is empty.");
  const pieces = one.answer.map(([text, number]) => {
    if (number < 0) return text;
    const { state } = one.claims[number];
    const { word, kind } = stateOf(state);
    const link = make(
      "a",
      { class: "to-claim", href: address(one, number), "aria-label": `claim ${number + 1}, ${word}` },
      signOf(state),
    );
    // The sign never stands alone at the beginning of a line.
    return make("span", { class: `said is-${kind}` }, text, "\u2060", link);
  });
  return make("p", { class: "answer", dir: "auto" }, pieces);
}

function drawClaim(one, claim, number) {
  const failures = claim.failures.map((failure) => make("li", {}, failure));
  return make(
    "li",
    { class: "claim", id: `claim-${number + 1}`, tabindex: "-1" },
    make(
      "div",
      { class: "claims-side" },
      make("p", { class: "tag" }, `Claim ${number + 1}`, verdictOf(claim.state, claim.score)),
      make("p", { class: "words", dir: "auto" }, drawRuns(claim.runs)),
      failures.length ? make("ul", { class: "failures" }, failures) : undefined,
    ),
    make("div", { class: "evidence-side" }, drawEvidence(one, claim)),
  );
}

function drawEvidence(one, claim) {
  if (!claim.grounds.length) {
    const none = claim.state === "not_checkable" ? "There is nothing to check." : "No evidence was found.";
    return make("p", { class: "remark" }, none);
  }
  return claim.grounds.map((ground) => {
    const quote = make(
      "blockquote",
      { dir: "auto" },
      make("span", { class: "around" }, ground.before),
      make("span", { class: "ground" }, drawRuns(ground.runs)),
      make("span", { class: "around" }, ground.after),
    );
    const source = one.contexts[ground.context];
    const named = ground.title ? ` · ${ground.title}` : "";
    const day = ground.published ? [" · ", make("span", { class: "day" }, ground.published)] : [];
    const line = make("span", { class: "source" }, `Text ${ground.context + 1}${named}`, day);
    const head = make("p", { class: "tag" }, line);
    if (source === undefined) return make("div", { class: "evidence" }, head, quote);
    const whole = make("button", { type: "button", class: "link", "aria-expanded": "false" }, "whole text");
    const shut = [...quote.childNodes];
    whole.addEventListener("click", () => {
      const open = whole.getAttribute("aria-expanded") === "false";
      whole.setAttribute("aria-expanded", String(open));
      quote.replaceChildren(...(open ? wholeText(source, ground) : shut));
      quote.classList.toggle("is-whole", open);
      if (open) quote.querySelector(".ground")?.scrollIntoView({ block: "nearest" });
    });
    head.append(whole);
    return make("div", { class: "evidence" }, head, quote);
  });
}

// Offsets count code points, as everywhere in Byline; a string of JavaScript counts halves of some.
function wholeText(source, ground) {
  const letters = Array.from(context(source).text);
  const from = (start, end) => letters.slice(start, end).join("");
  return [
    make("span", { class: "around" }, from(0, ground.start)),
    make("span", { class: "ground" }, drawRuns(ground.runs)),
    make("span", { class: "around" }, from(ground.end)),
  ];
}

function drawContexts(one) {
  if (!one.contexts.length) return make("p", { class: "remark" }, "No texts were given with it.");
  const drawn = one.contexts.map((number, place) => {
    const body = make("div", { class: "body", dir: "auto" });
    const summary = make("summary", {}, `Text ${place + 1}`);
    const details = make("details", {}, summary, body);
    details.addEventListener("toggle", () => {
      if (!details.open || body.hasChildNodes()) return;
      const { title, published, text } = context(number);
      const said = [title, published].filter(Boolean).join(" · ");
      body.append(...(said ? [make("p", { class: "tag" }, said)] : []), make("p", {}, text));
    });
    return details;
  });
  return make("div", { class: "contexts" }, drawn);
}

function drawFacts(one) {
  const facts = [
    ["Expected", one.expected],
    ["People say", one.label === null ? "" : one.label ? "supported" : "not supported"],
    ["Note", one.note],
    ["Group", one.group === one.id ? "" : one.group],
    ...Object.entries(one.measures).map(([name, value]) => [name, figure(value)]),
  ].filter(([, value]) => value);
  return facts.length
    ? make("dl", { class: "facts" }, facts.map(([name, value]) =>
        make("div", {}, make("dt", {}, name), make("dd", { dir: "auto" }, value))))
    : undefined;
}

const drawCase = (one) =>
  make(
    "div",
    { class: "open" },
    drawAnswer(one),
    drawFacts(one),
    make("ol", { class: "claims" }, one.claims.map((claim, number) => drawClaim(one, claim, number))),
    drawContexts(one),
  );
