// `/` or Ctrl-K goes to the search box; on phones 更多 opens the menu and Escape closes it.
"use strict";

(() => {
  const box = document.querySelector("[data-search]");
  const typing = (element) => element.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(element.tagName);

  document.addEventListener("keydown", (event) => {
    const asked = (event.key === "/" && !typing(event.target)) || (event.key === "k" && (event.ctrlKey || event.metaKey));
    if (asked && box) {
      event.preventDefault();
      box.focus();
      box.select();
    }
    if (event.key === "Escape" && location.hash === "#nav") location.hash = "#main";
    if (event.key === "Escape") document.querySelectorAll("details.acc[open]").forEach((menu) => menu.removeAttribute("open"));
  });

  document.addEventListener("click", (event) => {
    document.querySelectorAll("details.acc[open]").forEach((menu) => {
      if (!menu.contains(event.target)) menu.removeAttribute("open");
    });
  });
})();
