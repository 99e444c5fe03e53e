// Ticked containers of a facility's table: how many, all of the page at once; filters answer when they are chosen.
"use strict";

(() => {
  document.querySelectorAll("form[data-auto]").forEach((form) => {
    const button = form.querySelector("[type=submit]");
    if (button) button.hidden = true;
    form.addEventListener("change", () => form.requestSubmit());
  });

  const form = document.querySelector("form[data-ticks]");
  if (!form) return;
  const boxes = [...document.querySelectorAll(`input[type=checkbox][form="${form.id}"]`)];
  const count = document.querySelector("[data-ticked]");
  const all = document.querySelector("[data-tick-all]");
  const words = document.documentElement.lang.startsWith("zh") ? (n) => `已选 ${n} 个` : (n) => `${n} selected`;

  function show() {
    const number = boxes.filter((box) => box.checked).length;
    count.textContent = number ? words(number) : "";
    all.setAttribute("aria-pressed", String(number === boxes.length));
  }

  if (all) {
    all.hidden = false;
    all.addEventListener("click", () => {
      const on = boxes.some((box) => !box.checked);
      boxes.forEach((box) => { box.checked = on; });
      show();
    });
  }
  boxes.forEach((box) => box.addEventListener("change", show));
  show();
})();
