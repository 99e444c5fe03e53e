// What this device alone can say about a scanned code. Never green: only the platform knows whether a code
// was voided or used. Texts are named here and worded in the page (Chinese or English).

/**
 * @param claim as `parse` gives it
 * @param verification as `verify` gives it, or "unavailable" when this browser can't check signatures
 * @param now Date
 * @param listedAt Date of the key list, null when there is none
 * @returns {verdict, headline, reasons: [{code, outcome, severity, text, values}]} with names of texts
 */
export function localVerdict({ claim, verification, now, listedAt }) {
  if (claim.kind === "not_ours") return outcome("unknown", "not_ours", [reason("R0", "not_evaluable", "not_ours")]);
  const signature = signatureReason(verification, listedAt);
  const expired = windowReason(claim, verification, now);
  const reasons = [signature, ...(expired ? [expired] : []), ...unknowable(claim, verification)];
  if (verification === "forged") return outcome("red", "forged", [signature]);
  if (expired?.outcome === "finding") return outcome("red", "expired", reasons);
  if (verification === "valid") return outcome("amber", "offline_valid", reasons);
  return outcome("unknown", verification === "unsigned" ? "offline_unsigned" : "offline_unknown_key", reasons);
}

const outcome = (verdict, headline, reasons) => ({ verdict, headline, reasons });

const reason = (code, result, text, values = {}) => ({ code, outcome: result, severity: "violation", text, values });

function signatureReason(verification, listedAt) {
  if (verification === "valid") return reason("R0", "pass", "signature_valid");
  if (verification === "forged") return reason("R0", "finding", "signature_forged");
  if (verification === "unsigned") return reason("R0", "not_evaluable", "unsigned");
  if (verification === "unavailable") return reason("R0", "not_evaluable", "unavailable");
  return listedAt
    ? reason("R0", "not_evaluable", "unknown_key", { listedAt })
    : reason("R0", "not_evaluable", "no_keys");
}

function windowReason(claim, verification, now) {
  if (verification !== "valid" || !claim.expires_at) return null;
  const [from, until] = [new Date(claim.issued_at), new Date(claim.expires_at)];
  if (now < from) return reason("R11", "not_evaluable", "not_yet_valid", { from });
  return now <= until ? reason("R11", "pass", "in_window", { until }) : reason("R11", "finding", "out_of_window", { until });
}

function unknowable(claim, verification) {
  const reasons = [reason("R1", "not_evaluable", "voided_unknown")];
  if (claim.kind === "consignment") {
    const plate = verification === "valid" && claim.plate;
    reasons.push(plate ? reason("R3", "not_evaluable", "compare_plate", { plate }) : reason("R3", "not_evaluable", "state_unknown"));
  } else {
    reasons.push(reason("R2", "not_evaluable", "place_unknown"));
  }
  return reasons;
}
