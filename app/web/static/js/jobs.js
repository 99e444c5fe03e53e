// Work in the background: the part of the page that shows it is fetched anew every two seconds while somebody looks.
"use strict";

(() => {
  const EVERY_MS = 2000;
  const said = document.getElementById("job-said");

  const shown = () => document.querySelector("[data-poll]");

  function tell(part) {
    if (said && part.dataset.said && said.textContent !== part.dataset.said) said.textContent = part.dataset.said;
  }

  function swap(old, fresh) {
    const hadFocus = old.contains(document.activeElement);
    old.replaceWith(document.importNode(fresh, true));
    const now = document.getElementById(fresh.id);
    tell(now);
    if (!hadFocus) return;
    const next = now.querySelector("button, main a, a");
    if (next) next.focus({ preventScroll: true });
  }

  async function look() {
    const part = shown();
    if (!part) return;
    if (!document.hidden) {
      try {
        const answer = await fetch(part.dataset.poll, { headers: { Accept: "text/html" } });
        if (answer.ok) {
          const page = new DOMParser().parseFromString(await answer.text(), "text/html");
          const fresh = page.getElementById(part.id);
          if (fresh && fresh.outerHTML !== part.outerHTML) swap(part, fresh);
        }
      } catch {
        // no network for a moment: the next look may have it
      }
    }
    setTimeout(look, EVERY_MS);
  }

  if (shown()) setTimeout(look, EVERY_MS);
})();
