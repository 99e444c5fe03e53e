// Fills the counts of the navigation that a page doesn't wait for; kept for a minute, so that clicking around asks once.
"use strict";

(() => {
  const KEEP_MS = 60_000;

  const kept = (url) => {
    try {
      const found = JSON.parse(sessionStorage.getItem(`count ${url}`));
      return found && Date.now() - found.at < KEEP_MS ? found.waiting : null;
    } catch {
      return null;
    }
  };

  const keep = (url, waiting) => {
    try {
      sessionStorage.setItem(`count ${url}`, JSON.stringify({ at: Date.now(), waiting }));
    } catch {
      // A browser that keeps nothing asks again on the next page.
    }
  };

  const ask = async (url) => {
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    if (!answer.ok) return 0;
    const { waiting } = await answer.json();
    keep(url, waiting);
    return waiting;
  };

  for (const badge of document.querySelectorAll("[data-count]")) {
    const url = badge.dataset.count;
    const show = (waiting) => {
      badge.hidden = !waiting;
      badge.querySelector("b").textContent = waiting;
    };
    const known = kept(url);
    if (known !== null) show(known);
    else ask(url).then(show, () => show(0));
  }
})();
