// Masses as whole grams, so that 204.7 − 18.2 is 186.5 and nothing else.

/** Grams of what was typed as kilograms (`1,234.5 kg` too), or null. */
export function grams(typed) {
  const text = typed.trim().toLowerCase().replace(/(kg|千克|公斤)$/, "").replaceAll(",", "").trim();
  const match = /^(\d{1,9})(?:\.(\d{0,3}))?$/.exec(text);
  return match ? Number(match[1]) * 1000 + Number((match[2] ?? "").padEnd(3, "0")) : null;
}

/** Grams of the API's exact text, `"204.700"`. */
export const gramsOf = (text) => grams(text) ?? 0;

/** Kilograms with one decimal, or as many as there are: 204.7, 1,234.25. */
export function kg(mass) {
  return (mass / 1000).toLocaleString("en-US", { minimumFractionDigits: 1, maximumFractionDigits: 3 });
}

/** Kilograms as the API takes them: `"204.700"`. */
export const exact = (mass) => `${Math.floor(mass / 1000)}.${String(mass % 1000).padStart(3, "0")}`;
