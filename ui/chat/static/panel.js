// The source panel: beside the answer on a desk, over it on a phone.

const COMPARED = 20; // sentences of an answer that one source is set beside
const DESK = matchMedia("(min-width: 900px)");

export function mountPanel(page, { fetchSource }) {
  const panel = page.querySelector("[data-source]");
  const body = page.querySelector("[data-source-body]");
  const empty = page.querySelector("[data-source-empty]");
  const close = page.querySelector("[data-source-close]");
  const shade = page.querySelector("[data-shade]");
  const behind = [page.querySelector(".masthead"), page.querySelector("[data-column]")];
  let opened = null; // { turn, number, chip }
  let dismissed = false;
  let request = 0;

  function mark() {
    for (const chip of page.querySelectorAll(".chip")) {
      const chosen =
        opened &&
        chip.dataset.cite === String(opened.number) &&
        chip.closest(".turn")?.dataset.id === opened.turn.id;
      chip.setAttribute("aria-pressed", String(Boolean(chosen)));
    }
  }

  function layOut() {
    const sheet = Boolean(opened) && !DESK.matches;
    panel.classList.toggle("is-open", Boolean(opened));
    page.classList.toggle("has-source", Boolean(opened));
    shade.hidden = !sheet;
    close.hidden = !opened;
    empty.hidden = Boolean(opened);
    for (const part of behind) part.inert = sheet;
    if (sheet) {
      panel.setAttribute("role", "dialog");
      panel.setAttribute("aria-modal", "true");
    } else {
      panel.removeAttribute("role");
      panel.removeAttribute("aria-modal");
    }
    document.documentElement.classList.toggle("byline-sheet", sheet);
  }

  async function open(turn, number, chip, { focus = true } = {}) {
    const citation = turn.view?.answer?.citations.find((one) => one.number === number);
    if (!citation) return;
    const mine = ++request;
    const first = !opened;
    if (focus) dismissed = false;
    opened = { turn, number, chip };
    mark();
    panel.setAttribute("aria-busy", "true");
    if (first) body.replaceChildren();
    layOut();
    const resting = turn.view.answer.sentences.filter((said) => said.citations.includes(number));
    const reply = await fetchSource(citation, resting.slice(0, COMPARED));
    if (mine !== request) return;
    panel.removeAttribute("aria-busy");
    if (reply?.html) {
      body.innerHTML = reply.html;
    } else {
      const line = document.createElement("p");
      line.className = "source-failed";
      line.setAttribute("role", "alert");
      line.textContent =
        reply?.error ?? "This source cannot be opened while the connection is lost. Choose it again later.";
      body.replaceChildren(line);
    }
    panel.scrollTop = 0;
    toQuote();
    // A reader who has gone on to something else meanwhile is not called back.
    const here = document.activeElement;
    if (focus && (here === chip || here === document.body || panel.contains(here))) {
      (body.querySelector(".source-title") ?? close).focus({ preventScroll: true });
    }
  }

  // The quote, with its story's title still in sight where there is room.
  function toQuote() {
    const quote = body.querySelector("mark");
    if (!quote) return;
    const room = panel.clientHeight;
    const top = quote.getBoundingClientRect().top - panel.getBoundingClientRect().top;
    const height = Math.min(quote.getBoundingClientRect().height, room / 2);
    if (top + height > room - 48) panel.scrollTop = top - Math.max(72, (room - height) / 2.5);
  }

  function shut({ focus = true } = {}) {
    if (!opened) return;
    const { chip, turn, number } = opened;
    const back = chip?.isConnected
      ? chip
      : page.querySelector(`.turn[data-id="${CSS.escape(turn.id)}"] .chip[data-cite="${number}"]`);
    opened = null;
    request += 1;
    body.replaceChildren();
    mark();
    layOut();
    if (focus) back?.focus();
  }

  function dismiss() {
    dismissed = true;
    shut();
  }

  close.addEventListener("click", dismiss);
  shade.addEventListener("click", dismiss);
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !opened) return;
    const here = document.activeElement;
    if (!DESK.matches || panel.contains(here) || here?.matches(".chip")) dismiss();
  });
  DESK.addEventListener("change", layOut);
  layOut();

  return {
    open,
    shut,
    remark: mark,
    // On a desk the first source stands open as soon as an answer does, and
    // the source of an earlier answer does not stand beside a later one.
    offer(turn, chip) {
      if (!chip || dismissed) shut({ focus: false });
      else if (DESK.matches) open(turn, Number(chip.dataset.cite), chip, { focus: false });
    },
    forget(turn) {
      if (opened?.turn.id === turn.id) shut({ focus: false });
    },
  };
}
