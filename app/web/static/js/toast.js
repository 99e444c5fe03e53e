// Toasts: short news of something that went well; they leave after five seconds unless looked at.
"use strict";

(() => {
  const STAY_MS = 5000;
  const area = document.getElementById("toasts");
  if (!area) return;

  function leaveLater(toast) {
    let timer = setTimeout(() => toast.remove(), STAY_MS);
    toast.addEventListener("pointerenter", () => clearTimeout(timer));
    toast.addEventListener("pointerleave", () => {
      timer = setTimeout(() => toast.remove(), STAY_MS);
    });
  }

  function show(words) {
    const toast = document.createElement("p");
    toast.className = "tst";
    toast.textContent = words;
    area.append(toast);
    leaveLater(toast);
  }

  area.querySelectorAll(".tst").forEach(leaveLater);
  document.addEventListener("parkloop:toast", (event) => show(event.detail));
})();
