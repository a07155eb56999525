// The question box: grows with its text, counts near its end, sends on Enter.

const MAX = 2000;
const NEAR = 1800;

export function mountComposer(page, { onAsk, onStop, onDraft }) {
  const form = page.querySelector("[data-composer]");
  const box = page.querySelector("[data-question]");
  const counter = page.querySelector("[data-counter]");
  const send = page.querySelector("[data-send]");
  const stop = page.querySelector("[data-stop]");
  let busy = false;

  function fit() {
    box.style.height = "auto";
    box.style.height = `${Math.min(box.scrollHeight, innerHeight * 0.35)}px`;
    const length = box.value.length;
    counter.hidden = length < NEAR;
    counter.textContent = `${length.toLocaleString("en")} of ${MAX.toLocaleString("en")}`;
    send.disabled = !box.value.trim();
  }

  function submit() {
    const text = box.value.trim();
    if (busy || !text) return;
    if (onAsk(text) === false) return;
    box.value = "";
    fit();
    onDraft("");
  }

  box.addEventListener("input", () => {
    fit();
    onDraft(box.value);
  });
  box.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    submit();
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    submit();
  });
  stop.addEventListener("click", () => {
    onStop();
    box.focus();
  });
  addEventListener("resize", fit);
  new ResizeObserver(() => page.style.setProperty("--composer", `${form.offsetHeight}px`)).observe(form);
  fit();

  return {
    focus: () => box.focus({ preventScroll: true }),
    fill(text) {
      box.value = text;
      fit();
    },
    setBusy(now) {
      const moved = [send, stop].includes(document.activeElement);
      busy = now;
      send.hidden = now;
      stop.hidden = !now;
      if (moved) box.focus({ preventScroll: true });
    },
  };
}
