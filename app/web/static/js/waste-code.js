// Waste-code field: a combobox over GET <data-waste-code>?q=…; without it the code is simply typed.
"use strict";

(() => {
  const WAIT_MS = 180;

  function enhance(field, index) {
    const list = document.createElement("ul");
    list.className = "cmb-l";
    list.id = `cmb-${index}`;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", field.labels[0]?.textContent ?? "");
    list.hidden = true;
    const box = document.createElement("div");
    box.className = "cmb";
    field.before(box);
    box.append(field, list);
    for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) {
      field.setAttribute(name, value);
    }

    let timer = 0;
    let asked = "";
    let active = -1;

    function close() {
      list.hidden = true;
      active = -1;
      field.setAttribute("aria-expanded", "false");
      field.removeAttribute("aria-activedescendant");
    }

    function mark(position) {
      const options = [...list.children];
      if (!options.length) return;
      active = (position + options.length) % options.length;
      options.forEach((option, at) => option.setAttribute("aria-selected", String(at === active)));
      field.setAttribute("aria-activedescendant", options[active].id);
      options[active].scrollIntoView({ block: "nearest" });
    }

    function choose(option) {
      field.value = option.dataset.code;
      close();
      field.dispatchEvent(new CustomEvent("parkloop:waste-code", { bubbles: true, detail: JSON.parse(option.dataset.item) }));
      field.dispatchEvent(new Event("change", { bubbles: true }));
    }

    function option(item, at) {
      const entry = document.createElement("li");
      entry.id = `${list.id}-${at}`;
      entry.setAttribute("role", "option");
      entry.setAttribute("aria-selected", "false");
      entry.dataset.code = item.code;
      entry.dataset.item = JSON.stringify(item);
      const code = document.createElement("span");
      code.className = "wc";
      code.textContent = item.code;
      const name = document.createElement("span");
      name.className = "m";
      name.textContent = [item.category, [item.hazards].flat().filter(Boolean).join(" "), item.name].filter(Boolean).join(" · ");
      entry.append(code, name);
      return entry;
    }

    async function look() {
      const words = field.value.trim();
      if (!words) return close();
      asked = words;
      const url = new URL(field.dataset.wasteCode, location.href);
      url.searchParams.set("q", words);
      const answer = await fetch(url, { headers: { Accept: "application/json" } }).catch(() => null);
      if (!answer?.ok || asked !== field.value.trim()) return undefined;
      const { items } = await answer.json();
      list.replaceChildren(...items.slice(0, 12).map(option));
      list.hidden = items.length === 0 || document.activeElement !== field;
      field.setAttribute("aria-expanded", String(!list.hidden));
      active = -1;
      return undefined;
    }

    field.addEventListener("input", (event) => {
      if (!event.isTrusted) return;
      clearTimeout(timer);
      timer = setTimeout(look, WAIT_MS);
    });
    field.addEventListener("keydown", (event) => {
      if (list.hidden) return;
      if (event.key === "ArrowDown") mark(active + 1);
      else if (event.key === "ArrowUp") mark(active - 1);
      else if (event.key === "Enter" && active >= 0) choose(list.children[active]);
      else if (event.key === "Escape") close();
      else return;
      event.preventDefault();
    });
    field.addEventListener("blur", () => setTimeout(close, 120));
    list.addEventListener("pointerdown", (event) => {
      const chosen = event.target.closest("[role=option]");
      if (chosen) {
        event.preventDefault();
        choose(chosen);
      }
    });
  }

  document.querySelectorAll("[data-waste-code]").forEach(enhance);
})();
