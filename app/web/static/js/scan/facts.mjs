// What a code itself says, as rows for people; shown when the platform can't be asked.

import { codeParts } from "./payload.mjs";
import { localTime } from "./panel.mjs";

/** [{name, value}] of a claim as `parse` gives it; `texts` has the names. */
export function factsOf(claim, texts) {
  const rows = { container: containerRows, consignment: consignmentRows, facility: facilityRows, short_code: shortCodeRows, not_ours: () => [] };
  return rows[claim.kind](claim, texts)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => ({ name: texts[name], value }));
}

function containerRows(claim, texts) {
  const parts = codeParts(claim.code);
  return [
    ["fact_code", claim.code],
    ["fact_waste", parts.wasteCode],
    ["fact_day", parts.day],
    ["fact_serial", parts.serial],
    ["fact_producer", parts.creditCode],
    ["fact_mass", "grams" in claim ? mass(claim.grams, texts) : undefined],
    ["fact_hazards", claim.hazards?.join(" ") || undefined],
  ];
}

function consignmentRows(claim, texts) {
  return [
    ["fact_number", claim.number],
    ["fact_plate", claim.plate],
    ["fact_waste", claim.waste_codes?.join("  ")],
    ["fact_mass", "grams" in claim ? mass(claim.grams, texts) : undefined],
    ["fact_consignee", claim.consignee_credit_code],
    ["fact_until", claim.expires_at && localTime(new Date(claim.expires_at))],
  ];
}

const facilityRows = (claim) => [["fact_facility", claim.code]];

const shortCodeRows = (claim) => [["fact_short_code", claim.short_code]];

/** Grams as kilograms with one decimal, rounded half up, as the rest of the pages write them. */
function mass(grams, texts) {
  if (grams === null) return texts.not_weighed;
  const tenths = Math.floor((grams + 50) / 100);
  const whole = String(Math.floor(tenths / 10)).replace(/\B(?=(\d{3})+$)/g, ",");
  return `${whole}.${tenths % 10}\u00a0kg`;
}
