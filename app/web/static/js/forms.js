// Forms: an act is sent once however often the button is tapped, and errors get the focus.
"use strict";

(() => {
  const busyForms = new WeakSet();

  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (!(form instanceof HTMLFormElement) || form.method !== "post" || event.defaultPrevented) return;
    if (busyForms.has(form)) {
      event.preventDefault();
      return;
    }
    busyForms.add(form);
    const button = event.submitter;
    if (button) {
      button.classList.add("busy");
      button.setAttribute("aria-busy", "true");
    }
  });

  // Coming back with the browser's back button: the form may be sent again.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    document.querySelectorAll(".busy").forEach((button) => {
      button.classList.remove("busy");
      button.removeAttribute("aria-busy");
      if (button.form) busyForms.delete(button.form);
    });
  });

  // In the list of what is to be mended each line names its field.
  const colon = document.documentElement.lang.startsWith("zh") ? "：" : ": ";
  document.querySelectorAll(".errs a[href^='#f-']").forEach((line) => {
    const id = line.hash.slice(1);
    const label = document.querySelector(`label[for="${CSS.escape(id)}"], #${CSS.escape(id)} > legend`);
    const name = label?.firstChild?.textContent.trim();
    if (name) line.prepend(name, colon);
  });

  // 「显示」 beside a password.
  document.querySelectorAll("[data-reveal]").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => {
      const field = document.getElementById(button.dataset.reveal);
      const shown = field.type === "text";
      field.type = shown ? "password" : "text";
      button.setAttribute("aria-pressed", String(!shown));
    });
  });

  document.querySelector("[data-focus]")?.focus();
})();
