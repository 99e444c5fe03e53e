// Checking a licence by keyboard: J and K go through the fields, A accepts, Q opens the query.
"use strict";

(() => {
  const items = [...document.querySelectorAll("[data-review] > li")];
  if (!items.length) return;
  const typing = (target) => target.closest("input, textarea, select, [contenteditable]");
  const here = () => items.findIndex((item) => item.contains(document.activeElement));
  const focus = (item) => item?.querySelector("[data-accept], [data-query]")?.focus();

  document.addEventListener("keydown", (event) => {
    if (typing(event.target) || event.ctrlKey || event.metaKey || event.altKey) return;
    const at = here();
    const key = event.key.toLowerCase();
    if (key === "j") focus(items[Math.min(at + 1, items.length - 1)]);
    else if (key === "k") focus(items[Math.max(at - 1, 0)]);
    else if (key === "a" && at >= 0) items[at].querySelector("[data-accept]")?.click();
    else if (key === "q" && at >= 0) {
      const query = items[at].querySelector("details");
      if (!query) return;
      event.preventDefault();
      query.open = true;
      query.querySelector("textarea").focus();
    } else return;
    event.stopPropagation();
  });
})();
