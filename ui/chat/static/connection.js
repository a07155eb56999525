// Is the server there? Says so when it is not, and when it is again.

const CALM = 15000;
const ANXIOUS = 2000;

export function watchConnection({ lost, found, busy }) {
  let started = null;
  let away = false;
  let timer = 0;

  async function check() {
    clearTimeout(timer);
    let now = null;
    try {
      const reply = await fetch(new URL("healthz", document.baseURI), {
        cache: "no-store",
        signal: AbortSignal.timeout(5000),
      });
      if (reply.ok) now = (await reply.json()).started;
    } catch {
      // Away: said below.
    }
    if (now === null && !away) {
      away = true;
      lost();
    } else if (now !== null && (away || (started !== null && started !== now))) {
      const restarted = started !== null && started !== now;
      away = false;
      found(restarted);
    }
    started = now ?? started;
    schedule();
  }

  function schedule() {
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(check, away || busy() ? ANXIOUS : CALM);
  }

  document.addEventListener("visibilitychange", () => (document.hidden ? null : check()));
  addEventListener("online", check);
  addEventListener("offline", check);
  check();
  return { check, away: () => away };
}
