// What this device alone can say about a scanned code. Never green: only the platform knows where a thing is and whether
// a code was used. Texts are named here and worded in the page (Chinese or English).

const DAY_MS = 24 * 60 * 60 * 1000;
const AMBER = { valid: "offline_valid", unknown_key: "offline_unknown_key", revoked_key: "offline_revoked_key" };

/**
 * @param claim as `parse` gives it
 * @param verification as `verify` gives it, or "unavailable" when this browser can't check signatures
 * @param standing as `standing` of revocations.mjs gives it
 * @param now Date
 * @param listedAt Date of the key list, null when there is none
 * @param revokedAsOf Date of the revocation list, null when there is none
 * @returns {verdict, headline, reasons: [{code, outcome, severity, text, values}]} with names of texts
 */
export function localVerdict({ claim, verification, standing = null, now, listedAt, revokedAsOf = null }) {
  if (claim.kind === "not_ours") return outcome("unknown", "not_ours", [reason("R0", "not_evaluable", "not_ours")]);
  if (claim.kind === "facility") return outcome("unknown", "facility_sign", [reason("R0", "not_evaluable", "facility_sign")]);
  const signature = signatureReason(verification, listedAt);
  if (verification === "forged") return outcome("red", "forged", [signature]);
  const reasons = [
    signature,
    revocationReason(claim, standing, revokedAsOf, now),
    unknowable(claim, verification),
    replacedReason(claim, standing),
    windowReason(claim, verification, now),
  ].filter(Boolean);
  const worst = reasons.find((found) => found.outcome === "finding" && found.severity === "violation");
  if (worst) return outcome("red", worst.text, reasons);
  if (verification in AMBER) return outcome("amber", AMBER[verification], reasons);
  return outcome("unknown", verification === "unavailable" ? "offline_unavailable" : "offline_unsigned", reasons);
}

const outcome = (verdict, headline, reasons) => ({ verdict, headline, reasons });

const reason = (code, result, text, values = {}, severity = "violation") => ({ code, outcome: result, severity, text, values });

function signatureReason(verification, listedAt) {
  if (verification === "valid") return reason("R0", "pass", "signature_valid");
  if (verification === "forged") return reason("R0", "finding", "signature_forged");
  if (verification === "revoked_key") return reason("R0", "not_evaluable", "revoked_key");
  if (verification === "unsigned") return reason("R0", "not_evaluable", "unsigned");
  if (verification === "unavailable") return reason("R0", "not_evaluable", "unavailable");
  return listedAt
    ? reason("R0", "not_evaluable", "unknown_key", { listedAt })
    : reason("R0", "not_evaluable", "no_keys");
}

/** Short codes are not on the list, and an old list says nothing of yesterday. */
function revocationReason(claim, standing, revokedAsOf, now) {
  if (standing === "withdrawn") {
    return reason("R1", "finding", claim.kind === "container" ? "label_withdrawn" : "manifest_withdrawn", { at: revokedAsOf });
  }
  if (!revokedAsOf || claim.kind === "short_code") return reason("R1", "not_evaluable", "voided_unknown");
  const isOld = now - revokedAsOf > DAY_MS;
  return reason("R1", isOld ? "not_evaluable" : "pass", isOld ? "revocations_old" : "not_withdrawn", { at: revokedAsOf });
}

function replacedReason(claim, standing) {
  if (standing !== "replaced") return null;
  return claim.kind === "container"
    ? reason("R9", "finding", "label_replaced", {}, "warning")
    : reason("R9", "finding", "manifest_replaced");
}

function windowReason(claim, verification, now) {
  if (verification !== "valid" || !claim.expires_at) return null;
  const [from, until] = [new Date(claim.issued_at), new Date(claim.expires_at)];
  if (now < from) return reason("R11", "not_evaluable", "not_yet_valid", { from });
  return now <= until ? reason("R11", "pass", "in_window", { until }) : reason("R11", "finding", "out_of_window", { until });
}

function unknowable(claim, verification) {
  if (claim.kind !== "consignment") return reason("R2", "not_evaluable", "place_unknown");
  const plate = verification === "valid" && claim.plate;
  return plate ? reason("R3", "not_evaluable", "compare_plate", { plate }) : reason("R3", "not_evaluable", "state_unknown");
}
