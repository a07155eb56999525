// Light or dark before the first paint. A plain script, so that it blocks.
(() => {
  const key = "byline.theme";
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const chosen = () => {
    try {
      return localStorage.getItem(key);
    } catch {
      return null;
    }
  };
  const apply = () => {
    root.dataset.theme = chosen() ?? (system.matches ? "dark" : "light");
  };
  apply();
  system.addEventListener("change", apply);
  window.bylineTheme = {
    dark: () => root.dataset.theme === "dark",
    toggle() {
      const next = root.dataset.theme === "dark" ? "light" : "dark";
      try {
        if ((next === "dark") === system.matches) localStorage.removeItem(key);
        else localStorage.setItem(key, next);
      } catch {
        // Storage is forbidden: the choice holds for this page.
      }
      root.dataset.theme = next;
    },
  };
})();
