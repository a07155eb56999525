// The filters: what is set, shown, counted and cleared.

const NAMES = ["sources", "sections"];
const EMPTY = { after: "", before: "", sources: [], sections: [] };

export function mountLimits(page, onChange) {
  const panels = [...page.querySelectorAll("[data-filter]")];
  const row = page.querySelector("[data-in-force]");
  const list = page.querySelector("[data-in-force-list]");
  let limits = structuredClone(EMPTY);

  function fill(controls) {
    for (const panel of panels) {
      const html = controls[panel.dataset.filter] ?? "";
      panel.querySelector("[data-filter-body]").innerHTML = html;
      panel.hidden = !html;
    }
    show();
  }

  function inputs() {
    return [...page.querySelectorAll("input[data-limit]")];
  }

  function show() {
    for (const input of inputs()) {
      const value = limits[input.dataset.limit];
      if (input.type === "checkbox") input.checked = value.includes(input.value);
      else if (input.value !== value) input.value = value;
    }
    const counts = {
      dates: limits.after || limits.before ? 1 : 0,
      sources: limits.sources.length,
      sections: limits.sections.length,
    };
    for (const panel of panels) {
      const set = counts[panel.dataset.filter];
      panel.classList.toggle("is-set", set > 0);
      panel.querySelector("[data-set]").textContent =
        set && panel.dataset.filter !== "dates" ? String(set) : "";
    }
    const chips = inForce();
    list.replaceChildren(...chips.map(chip));
    row.hidden = !chips.length;
  }

  function inForce() {
    const chips = NAMES.flatMap((key) =>
      limits[key].map((value) => ({
        text: value,
        drop: () => (limits[key] = limits[key].filter((other) => other !== value)),
      })),
    );
    if (limits.after) chips.push({ text: `since ${inWords(limits.after)}`, drop: () => (limits.after = "") });
    if (limits.before) chips.push({ text: `until ${inWords(limits.before)}`, drop: () => (limits.before = "") });
    return chips;
  }

  function chip({ text, drop }) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    const name = document.createElement("bdi");
    const cross = document.createElement("span");
    button.type = "button";
    button.className = "limit";
    button.setAttribute("aria-label", `Remove the filter ${text}`);
    name.textContent = text;
    cross.textContent = "×";
    cross.setAttribute("aria-hidden", "true");
    button.append(name, cross);
    button.addEventListener("click", () => {
      drop();
      changed();
      page.querySelector("[data-question]").focus();
    });
    item.append(button);
    return item;
  }

  function changed() {
    show();
    onChange();
  }

  function clear() {
    limits = structuredClone(EMPTY);
    changed();
  }

  page.addEventListener("change", (event) => {
    const key = event.target.dataset?.limit;
    if (!key) return;
    if (event.target.type === "checkbox") {
      limits[key] = inputs()
        .filter((input) => input.dataset.limit === key && input.checked)
        .map((input) => input.value);
    } else {
      limits[key] = event.target.value;
    }
    changed();
  });

  // One filter open at a time; Escape or a click elsewhere closes it.
  for (const panel of panels) {
    panel.addEventListener("toggle", () => {
      if (panel.open) for (const other of panels) if (other !== panel) other.open = false;
    });
    panel.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || !panel.open) return;
      panel.open = false;
      panel.querySelector("summary").focus();
      event.stopPropagation();
    });
  }
  document.addEventListener("pointerdown", (event) => {
    for (const panel of panels) if (!panel.contains(event.target)) panel.open = false;
  });
  page.querySelector("[data-clear]").addEventListener("click", () => {
    clear();
    page.querySelector("[data-question]").focus();
  });

  return {
    fill,
    clear,
    get: () => structuredClone(limits),
    set(saved) {
      limits = { ...structuredClone(EMPTY), ...saved };
      show();
    },
    close: () => panels.forEach((panel) => (panel.open = false)),
  };
}

function inWords(day) {
  const [year, month, date] = day.split("-").map(Number);
  return new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric" }).format(
    new Date(year, month - 1, date),
  );
}
