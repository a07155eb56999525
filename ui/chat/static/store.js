// What this tab remembers: its conversation, its draft, its filters.
// sessionStorage, so that two tabs are two conversations and a shared
// computer forgets them; only the choice of colours outlives the tab.

const KEY = "byline.conversation";
const KEPT = 60;

export function load() {
  try {
    return JSON.parse(sessionStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

export function save(state) {
  const kept = { ...state, turns: state.turns.slice(-KEPT) };
  for (;;) {
    try {
      sessionStorage.setItem(KEY, JSON.stringify(kept));
      return;
    } catch {
      // Full, or forbidden by the browser: keep the newest half, or nothing.
      if (!kept.turns.length && !kept.previous) return;
      kept.previous = null;
      kept.turns = kept.turns.slice(Math.ceil(kept.turns.length / 2));
    }
  }
}
