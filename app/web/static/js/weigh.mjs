// Weighing drum by drum with the keyboard: a code and Enter, the weights and Enter, next. Without it the form is posted
// as it stands.

import { grams, kg } from "./register/mass.mjs";
import { ScanDialog } from "./register/scan.mjs";

const panel = document.querySelector("[data-weigh]");
const rows = [...document.querySelectorAll("[data-drum-row]")];
const code = panel.querySelector("[name='code']");
const [gross, tare, net] = ["gross_kg", "tare_kg", "net_kg"].map((name) => panel.querySelector(`[name='${name}']`));
const told = panel.querySelector("[data-net]");
const now = panel.querySelector("[data-now]");
const hint = told.textContent;
let sent = Number(told.dataset.sent) || 0;

/** The row of the table that a scanned or typed text is about: a short code, a whole code, or a link with either. */
function rowOf(text) {
  const typed = text.trim().toUpperCase();
  const bare = typed.replaceAll(/[\s-]/g, "");
  return rows.find(
    ({ dataset }) =>
      typed.includes(dataset.code) ||
      bare.includes(dataset.drumRow.replaceAll("-", "").toUpperCase()) ||
      typed === dataset.label.toUpperCase(),
  );
}

function choose(text) {
  const row = rowOf(text);
  rows.forEach((one) => one.classList.toggle("hl", one === row));
  if (row) {
    code.value = row.dataset.drumRow;
    sent = Number(row.dataset.sent);
    now.textContent = `${row.dataset.label} · ${kg(sent)} kg`;
    show();
  }
  gross.focus();
  gross.select();
}

/** The net mass as it will be recorded, and how far it is from what was sent. */
function show() {
  const [full, empty, alone] = [gross, tare, net].map((field) => grams(field.value));
  const mass = full !== null && empty !== null ? full - empty : full === null && empty === null ? alone : null;
  if (mass === null || mass <= 0) {
    told.textContent = hint;
    return;
  }
  const share = sent ? (((mass - sent) * 100) / sent).toFixed(1).replace("-", "−") : "—";
  told.textContent = told.dataset.words.replace("{net}", kg(mass)).replace("{share}", share);
}

[gross, tare, net].forEach((field) => field.addEventListener("input", show));
code.addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  event.preventDefault(); // a scanner at the keyboard ends with Enter: the weights come next
  choose(code.value);
});
// Going to the anchor takes the focus away once more after everything is loaded.
if (location.hash === "#weigh") addEventListener("load", () => setTimeout(() => gross.focus()));

// A drum that is over tolerance brings itself into the dialog that settles it.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-drum]");
  if (!link) return;
  const dialog = document.getElementById(link.dataset.dialog);
  const choice = dialog?.querySelector("[data-drum-choice]");
  if (choice) choice.value = link.dataset.drum;
});

const button = document.querySelector("[data-scan-drum]");
const dialog = document.querySelector("[data-scan-dialog]");
if (button && dialog) {
  const { worker, title, hint: aim, none, noCamera } = dialog.dataset;
  const scanner = new ScanDialog(dialog, worker);
  button.hidden = false;
  button.addEventListener("click", async () => {
    const text = await scanner.text({ title, hint: aim, none, noCamera });
    if (text) choose(text);
  });
}
