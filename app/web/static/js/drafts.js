// Drafts: `data-draft="name"` keeps what was typed in this browser until the form is sent.
"use strict";

(() => {
  const KEEP_EVERY_MS = 10000;
  const PREFIX = "parkloop-draft:";

  function kept(form) {
    const entries = [...new FormData(form)].filter(([name, value]) => name !== "csrf_token" && typeof value === "string");
    return JSON.stringify(entries);
  }

  function restore(form, entries) {
    for (const [name, value] of entries) {
      for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
        if (field.type === "radio" || field.type === "checkbox") field.checked = field.value === value || field.checked;
        else if (field.type !== "hidden" && field.type !== "password") field.value = value;
      }
    }
    form.dispatchEvent(new Event("input", { bubbles: true }));
  }

  document.querySelectorAll("form[data-draft]").forEach((form) => {
    const key = PREFIX + form.dataset.draft;
    const fresh = kept(form);
    const stored = localStorage.getItem(key);
    if (stored && stored !== fresh && !document.querySelector(".errs")) {
      const offer = form.querySelector("[data-draft-offer]");
      if (offer) {
        offer.hidden = false;
        offer.querySelector("[data-draft-use]").addEventListener("click", () => {
          restore(form, JSON.parse(stored));
          offer.hidden = true;
        });
        offer.querySelector("[data-draft-drop]").addEventListener("click", () => {
          localStorage.removeItem(key);
          offer.hidden = true;
        });
      }
    }
    const keep = () => {
      if (kept(form) !== fresh) localStorage.setItem(key, kept(form));
    };
    setInterval(keep, KEEP_EVERY_MS);
    form.addEventListener("change", keep);
    form.addEventListener("submit", () => localStorage.removeItem(key));
  });
})();
