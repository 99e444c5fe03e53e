// The zones a package may go to: asked of the platform, chosen by tapping or by scanning a zone's sign.

const PATIENCE_MS = 10000;

export class Zones {
  constructor(root, url, onChoice) {
    this.root = root;
    this.url = url;
    this.asked = "";
    root.addEventListener("change", () => onChoice());
  }

  /** Ask for the zones of a waste and a net mass (g), unless they are here already. False: no network. */
  async load(waste, net, chosen) {
    const query = new URLSearchParams({
      stream_id: waste,
      net_g: String(net ?? ""),
      lang: document.documentElement.lang.slice(0, 2),
    }).toString();
    if (query === this.asked) return true;
    try {
      const answer = await fetch(`${this.url}?${query}`, { signal: AbortSignal.timeout(PATIENCE_MS) });
      if (!answer.ok || answer.redirected) throw new Error(String(answer.status));
      this.root.innerHTML = await answer.text();
      this.asked = query;
    } catch {
      return false;
    }
    if (chosen) this.choose(chosen);
    return true;
  }

  get chosen() {
    const card = this.root.querySelector("input:checked");
    return card && { id: card.value, code: card.dataset.code, place: card.dataset.place, confirm: card.dataset.confirm.split(",").filter(Boolean) };
  }

  choose(id) {
    const card = this.root.querySelector(`input[value="${CSS.escape(id)}"]`);
    if (card) card.checked = true;
    return Boolean(card);
  }

  /** What a scanned text means here: "chosen", "refused" or "unknown". A sign holds a zone's address, id or code. */
  scanned(text) {
    const names = (id, code) => text.includes(id) || text.trim() === code || text.trim().endsWith(`-${code}`);
    for (const card of this.root.querySelectorAll("input")) {
      if (!names(card.value, card.dataset.code)) continue;
      card.checked = true;
      return { outcome: "chosen", code: card.dataset.code };
    }
    for (const card of this.root.querySelectorAll("[data-refused]")) {
      const is = names(card.dataset.refused, card.dataset.code);
      card.classList.toggle("asked", is);
      if (is) return { outcome: "refused", code: card.dataset.code };
    }
    return { outcome: "unknown" };
  }

  forget() {
    this.asked = "";
    this.root.replaceChildren();
  }
}
