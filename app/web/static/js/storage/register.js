// The register form: net weight as it is typed, and zones judged again for that weight.
"use strict";

(() => {
  const WAIT_MS = 350;
  const form = document.querySelector("form[data-zones]");
  if (!form) return;
  const shown = form.querySelector("[data-net]");
  const zones = document.getElementById("zones");
  const weights = ["gross_kg", "tare_kg", "net_kg"];

  // Whole grams, so that 204.6 − 18.2 is 186.4 and nothing else.
  function grams(name) {
    const typed = form.elements[name].value.trim().toLowerCase().replace(/(kg|千克|公斤)$/, "").replaceAll(",", "").trim();
    const match = /^(\d{1,9})(?:\.(\d{0,3}))?$/.exec(typed);
    return match ? Number(match[1]) * 1000 + Number((match[2] ?? "").padEnd(3, "0")) : null;
  }

  function net() {
    const [gross, tare, alone] = weights.map(grams);
    if (gross !== null && tare !== null) return gross - tare;
    return gross === null ? alone : null; // the proposed empty weight alone says nothing
  }

  function show() {
    const mass = net();
    shown.textContent = mass === null || mass <= 0 ? "—" : `${(mass / 1000).toLocaleString("en-US", { minimumFractionDigits: 1, maximumFractionDigits: 3 })} kg`;
  }

  let timer = 0;
  let asked = "";

  async function judge() {
    const typed = new URLSearchParams([...new FormData(form)].filter(([name, value]) => typeof value === "string" && ["stream_id", "zone_id", "place_reason", ...weights].includes(name)));
    typed.set("lang", document.documentElement.lang.slice(0, 2));
    asked = typed.toString();
    const answer = await fetch(`${form.dataset.zones}?${asked}`).catch(() => null);
    if (!answer?.ok || asked !== typed.toString()) return;
    const words = await answer.text();
    if (zones.contains(document.activeElement)) return;
    zones.innerHTML = words;
  }

  form.addEventListener("input", (event) => {
    if (event.target !== form && !weights.includes(event.target.name)) return;
    show();
    clearTimeout(timer);
    timer = setTimeout(judge, WAIT_MS);
  });
  show();
})();
