// Shows a verdict: copies the page's own <template>s and fills in words, never markup.

/** Words with their values: `{name}` is replaced; dates become local times. */
export function worded(texts, name, values = {}) {
  return texts[name].replace(/\{(\w+)\}/g, (_, key) => {
    const value = values[key];
    return value instanceof Date ? localTime(value) : String(value);
  });
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** `2026-11-20 14:05`, on English pages `20 Nov 2026, 14:05` (ux.md 4.2). */
export function localTime(date) {
  const pad = (number) => String(number).padStart(2, "0");
  const [year, month, day] = [date.getFullYear(), date.getMonth(), date.getDate()];
  const time = `${pad(date.getHours())}:${pad(date.getMinutes())}`;
  if (document.documentElement.lang === "en") return `${day} ${MONTHS[month]} ${year}, ${time}`;
  return `${year}-${pad(month + 1)}-${pad(day)} ${time}`;
}

export class Panel {
  constructor(root) {
    this.root = root;
    this.verdict = root.querySelector("[data-verdict-here]");
    this.reasons = root.querySelector("[data-reasons-here]");
    this.facts = root.querySelector("[data-facts-here]");
  }

  /**
   * @param verdict green, amber, red or unknown
   * @param headline, small sentences under the fixed words
   * @param reasons [{code, outcome, severity, text, note}]
   * @param facts [{name, value}]
   */
  show({ verdict, headline, small, reasons, facts }) {
    const block = this.#copy(`verdict-${verdict}`);
    block.querySelector("p").textContent = headline;
    block.querySelector("small").textContent = small;
    this.verdict.replaceChildren(block);
    this.reasons.replaceChildren(...reasons.map((reason) => this.#reason(reason)));
    this.facts.replaceChildren(...facts.map((fact) => this.#fact(fact)));
    this.reasons.hidden = reasons.length === 0;
    this.facts.hidden = facts.length === 0;
    this.root.dataset.verdict = verdict;
  }

  #copy(name) {
    return document.getElementById(`scan-${name}`).content.firstElementChild.cloneNode(true);
  }

  #reason({ code, outcome, severity, text, note }) {
    const look = outcome === "finding" && severity === "warning" ? "warning" : outcome;
    const item = this.#copy(`reason-${look}`).querySelector("li");
    item.dataset.code = code;
    item.dataset.outcome = outcome;
    item.querySelector("b").textContent = text;
    const place = item.querySelector(".m");
    if (note) place.textContent = note;
    else place.remove();
    return item;
  }

  #fact({ name, value }) {
    const row = this.#copy("fact").querySelector("div");
    row.querySelector("dt").textContent = name;
    row.querySelector("dd").textContent = value;
    return row;
  }
}
