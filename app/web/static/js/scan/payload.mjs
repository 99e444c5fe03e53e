// What stands in our QR codes: read and verified in the page, with no network.
// The layout is described in app/foundation/documents/qr.py; tests/data/qr_vectors.json holds both readers equal.

import { readShortCode } from "./short_code.mjs";
import { isSignedBy } from "./signature.mjs";

const VERSION = 1;
const HAZARDS = ["T", "C", "I", "R", "In"];
const NOT_WEIGHED = 2 ** 40 - 1;
const MAX_TEXT_LENGTH = 660;
const SIGNATURE_LENGTH = 64;
const BEHIND_KEY_ID = 5;
const BEHIND_GRAMS = 10;
const GENERAL_WASTE_OFFSET = 100_000_000;
const CONTEXTS = { container: "parkloop/container/1\0", consignment: "parkloop/consignment/1\0" };

const URL_FORM = /^[A-Za-z][A-Za-z0-9+.-]*:\/\/[^/?#\s]+\/([A-Za-z]\/[^?#\s]*)$/;
const CONTAINER_CODE = /^[0-9A-HJ-NPQRTUWXY]{18}[0-9]{19}$/;
const CREDIT_CODE = /^[0-9A-HJ-NPQRTUWXY]{18}$/;
const OWN_NUMBER = /^[0-9A-Z](?:[0-9A-Z-]{0,30}[0-9A-Z])?$/;
const TYPED_NUMBER = /^[A-Z]{1,3}-[0-9]{4}-[0-9]{4,8}$/;
const FACILITY_CODE = /^[0-9A-Z](?:[0-9A-Z-]{0,8}[0-9A-Z])?$/;
const FACILITY_ID = /^[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}$/;
const NATIONAL_NUMBER = /^20[0-9]{12}$/;
const PLATE = /^[0-9A-Z·\u4e00-\u9fff-]{1,12}$/;
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

const NOT_OURS = Object.freeze({ claim: Object.freeze({ kind: "not_ours" }), seal: null });

/** The signed part isn't what we would have written. */
class Damaged extends Error {}

/**
 * Read what a camera saw or a person typed. Never throws.
 * Returns {claim, seal}: a claim of kind container, consignment, facility, short_code or not_ours, and a seal
 * {keyId, message, signature, print}, "damaged", "newer_version" or null (nothing is signed). `print` names this very
 * print as revocation lists do.
 */
export function parse(text) {
  const trimmed = text.replace(/^[ \t\r\n\f\v]+|[ \t\r\n\f\v]+$/g, "");
  // eslint-disable-next-line no-control-regex
  if (trimmed.length > MAX_TEXT_LENGTH || !/^[\x00-\x7f]*$/.test(trimmed)) return NOT_OURS;
  const url = URL_FORM.exec(trimmed);
  return url ? parsePath(url[1].toUpperCase()) : parseTyped(trimmed.toUpperCase());
}

/**
 * Check a seal against public keys, a Map from key id (hex) to raw key (Uint8Array); `revokedKeys` has the ids of
 * compromised ones. Answers "valid", "forged", "unknown_key" or "revoked_key" (cannot tell) or "unsigned".
 */
export async function verify({ seal }, publicKeys, revokedKeys = new Set()) {
  if (seal === null) return "unsigned";
  if (seal === "damaged") return "forged";
  if (seal === "newer_version") return "unknown_key";
  if (revokedKeys.has(seal.keyId)) return "revoked_key";
  const publicKey = publicKeys.get(seal.keyId);
  if (!publicKey) return "unknown_key";
  return (await isSignedBy(publicKey, seal.message, seal.signature)) ? "valid" : "forged";
}

/** The four parts of a 37-character code (HJ 1276): what can be shown even with nothing else known. */
export function codeParts(code) {
  const [waste, day] = [code.slice(18, 26), code.slice(26, 34)];
  return {
    creditCode: code.slice(0, 18),
    wasteCode: `${waste.slice(0, 3)}-${waste.slice(3, 6)}-${waste.slice(6)}`,
    day: `${day.slice(0, 4)}-${day.slice(4, 6)}-${day.slice(6)}`,
    serial: code.slice(34),
  };
}

function parseTyped(text) {
  const compact = text.replace(/[\s-]+/g, "");
  if (CONTAINER_CODE.test(compact)) return unsigned({ kind: "container", code: compact });
  if (NATIONAL_NUMBER.test(compact)) return unsigned({ kind: "consignment", number: compact });
  if (TYPED_NUMBER.test(text)) return unsigned({ kind: "consignment", number: text });
  const shortCode = readShortCode(text);
  return shortCode ? unsigned({ kind: "short_code", short_code: shortCode }) : NOT_OURS;
}

/** `path` is in capitals, without the leading slash. */
function parsePath(path) {
  const [kind, code, payload = "", ...rest] = path.split("/");
  if (rest.length > 0) return NOT_OURS;
  if (kind === "W" && CONTAINER_CODE.test(code)) {
    return opened({ kind: "container", code }, code, payload, readContainer);
  }
  if (kind === "M" && OWN_NUMBER.test(code)) {
    return opened({ kind: "consignment", number: code }, code, payload, readConsignment);
  }
  if (kind === "F" && FACILITY_CODE.test(code) && FACILITY_ID.test(payload)) {
    return unsigned({ kind: "facility", code, id: payload.toLowerCase() });
  }
  return NOT_OURS;
}

const unsigned = (claim) => ({ claim, seal: null });

function opened(bare, code, payload, readFields) {
  if (!payload) return unsigned(bare);
  try {
    const raw = decodeBase32(payload);
    if (raw[0] > VERSION) return { claim: bare, seal: "newer_version" };
    const signed = raw.subarray(0, Math.max(0, raw.length - SIGNATURE_LENGTH));
    const reader = new Reader(signed);
    if (reader.number(1) !== VERSION) throw new Damaged();
    const keyId = hex(reader.take(4));
    const fields = readFields(reader);
    reader.end();
    const context = new TextEncoder().encode(CONTEXTS[bare.kind] + code);
    return {
      claim: { ...bare, ...fields },
      seal: {
        keyId,
        message: joined(context, signed),
        signature: raw.subarray(signed.length),
        print: printName(bare, signed),
      },
    };
  } catch (error) {
    if (error instanceof Damaged) return { claim: bare, seal: "damaged" };
    throw error;
  }
}

/** Of a container the mass on its label, of a consignment all that is signed. */
function printName(bare, signed) {
  const end = bare.kind === "container" ? BEHIND_GRAMS : signed.length;
  return `${thingName(bare)}/${hex(signed.subarray(BEHIND_KEY_ID, end))}`;
}

/** What revocation lists call every print of a thing; null where a text names neither container nor consignment. */
export function thingName(claim) {
  if (claim.kind === "container") return `W/${claim.code}`;
  return claim.kind === "consignment" ? `M/${claim.number}` : null;
}

/** Takes fields off the front of a claim; running out of bytes is damage. */
class Reader {
  constructor(raw) {
    this.raw = raw;
    this.at = 0;
  }

  take(length) {
    if (this.at + length > this.raw.length) throw new Damaged();
    this.at += length;
    return this.raw.subarray(this.at - length, this.at);
  }

  /** Big-endian; exact, because no field is longer than five bytes. */
  number(length) {
    return this.take(length).reduce((value, byte) => value * 256 + byte, 0);
  }

  text(length) {
    try {
      return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(this.take(length));
    } catch (error) {
      if (error instanceof TypeError) throw new Damaged();
      throw error;
    }
  }

  matching(length, shape) {
    const text = this.text(length);
    if (!shape.test(text)) throw new Damaged();
    return text;
  }

  end() {
    if (this.at !== this.raw.length) throw new Damaged();
  }
}

function readContainer(reader) {
  return { grams: readGrams(reader), hazards: readHazards(reader) };
}

function readConsignment(reader) {
  const [issued, expires] = [reader.number(4), reader.number(4)];
  if (issued >= expires) throw new Damaged();
  return {
    issued_at: instant(issued),
    expires_at: instant(expires),
    consignee_credit_code: reader.matching(18, CREDIT_CODE),
    plate: reader.matching(reader.number(1), PLATE),
    waste_codes: readWasteCodes(reader),
    grams: readGrams(reader),
    digest: hex(reader.take(16)),
  };
}

function readGrams(reader) {
  const grams = reader.number(5);
  return grams === NOT_WEIGHED ? null : grams;
}

function readHazards(reader) {
  const mask = reader.number(1);
  if (mask >> HAZARDS.length) throw new Damaged();
  return HAZARDS.filter((_, bit) => (mask >> bit) & 1);
}

function readWasteCodes(reader) {
  const count = reader.number(1);
  if (count < 1 || count > 3) throw new Damaged();
  return Array.from({ length: count }, () => wasteCode(reader.number(4)));
}

function wasteCode(number) {
  const general = Math.floor(number / GENERAL_WASTE_OFFSET);
  if (general > 1) throw new Damaged();
  const digits = String(number % GENERAL_WASTE_OFFSET).padStart(8, "0");
  return `${digits.slice(0, 3)}-${digits.slice(3, 6)}-${general ? "S" : ""}${digits.slice(6)}`;
}

/** Strict: one text for each content, so that no character can be changed unnoticed. */
function decodeBase32(text) {
  const bytes = [];
  let buffer = 0;
  let bits = 0;
  for (const character of text) {
    const value = BASE32.indexOf(character);
    if (value < 0) throw new Damaged();
    buffer = ((buffer << 5) | value) & 0xfff;
    bits += 5;
    if (bits >= 8) {
      bits -= 8;
      bytes.push((buffer >> bits) & 0xff);
    }
  }
  const isCanonical = bits < 5 && (buffer & ((1 << bits) - 1)) === 0;
  if (!isCanonical || bytes.length === 0) throw new Damaged();
  return Uint8Array.from(bytes);
}

const instant = (seconds) => new Date(seconds * 1000).toISOString().replace(".000Z", "Z");

export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");

export function joined(first, second) {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}
