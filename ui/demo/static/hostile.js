// What pages' own scripts do: shortcuts on single keys, and words added to everything's prototype.
"use strict";

Array.prototype.remove = function remove(one) {
  return this.filter((each) => each !== one);
};
Object.prototype.extend = function extend() {
  return this;
};
document.addEventListener("keydown", (event) => {
  const field = event.target.closest("input, textarea");
  if (!field && ["s", "/", "?"].includes(event.key)) {
    event.preventDefault();
    location.hash = "search";
  }
});
document.addEventListener("focusin", (event) => {
  if (event.target.matches("input, textarea")) event.target.blur();
});
