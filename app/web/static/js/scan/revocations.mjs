// Genuine codes that count no more: the signed list this device holds, read and verified with no network.
// The layout is described in docs/qr.md; tests/data/qr_vectors.json holds this reader and the Python one equal.

import { hex, joined, thingName } from "./payload.mjs";
import { isSignedBy } from "./signature.mjs";

const VERSION = 1;
const HEAD_LENGTH = 13;
const KEY_ID_LENGTH = 4;
const ENTRY_LENGTH = 8;
const SIGNATURE_LENGTH = 64;
const LIST_CONTEXT = "parkloop/revocations/1\0";
const ENTRY_CONTEXT = "parkloop/revoked/1\0";

/** The list behind `url`, if one of `listKeys` signed it; else null. Offline the service worker answers with its copy. */
export async function loadRevocations(url, listKeys) {
  try {
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    if (!answer.ok) return null;
    const { signed } = await answer.json();
    return await readRevocations(
      Uint8Array.from(atob(signed), (character) => character.charCodeAt(0)),
      listKeys,
    );
  } catch {
    return null;
  }
}

/** {issuedAt, nextUpdateAt, keys, entries} of exactly these bytes, ids and entries as hex; null when it is no list. */
export async function readRevocations(signed, listKeys) {
  const body = signed.subarray(0, Math.max(0, signed.length - SIGNATURE_LENGTH));
  const key = listKeys.get(hex(body.subarray(1, 1 + KEY_ID_LENGTH)));
  if (!key) return null;
  const message = joined(new TextEncoder().encode(LIST_CONTEXT), body);
  return (await isSignedBy(key, message, signed.subarray(body.length))) ? readBody(body) : null;
}

/** Of two lists, the one issued later; null counts as none. */
export function laterList(first, second) {
  if (!first || !second) return first ?? second;
  return second.issuedAt >= first.issuedAt ? second : first;
}

/** What the list says of a parsed text: "withdrawn", "replaced" (by another print) or null. */
export async function standing({ claim, seal }, list) {
  const name = thingName(claim);
  if (!list || !name) return null;
  if (list.entries.has(await entryOf(name))) return "withdrawn";
  return seal?.print && list.entries.has(await entryOf(seal.print)) ? "replaced" : null;
}

async function entryOf(name) {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(ENTRY_CONTEXT + name));
  return hex(new Uint8Array(digest).subarray(0, ENTRY_LENGTH));
}

function readBody(body) {
  if (body.length < HEAD_LENGTH + 5 || body[0] !== VERSION) return null;
  const numbers = new DataView(body.buffer, body.byteOffset, body.byteLength);
  const [issued, until] = [numbers.getUint32(5), numbers.getUint32(9)];
  const keys = pieces(body, HEAD_LENGTH + 1, body[HEAD_LENGTH], KEY_ID_LENGTH);
  if (!keys || keys.end + 4 > body.length) return null;
  const entries = pieces(body, keys.end + 4, numbers.getUint32(keys.end), ENTRY_LENGTH);
  if (!entries || entries.end !== body.length || issued >= until) return null;
  if (!isSorted(keys.found) || !isSorted(entries.found)) return null;
  return {
    issuedAt: new Date(issued * 1000),
    nextUpdateAt: new Date(until * 1000),
    keys: new Set(keys.found),
    entries: new Set(entries.found),
  };
}

function pieces(body, start, count, length) {
  const end = start + count * length;
  if (end > body.length) return null;
  const found = Array.from({ length: count }, (_, at) => hex(body.subarray(start + at * length, start + (at + 1) * length)));
  return { found, end };
}

const isSorted = (found) => found.every((piece, at) => at === 0 || found[at - 1] < piece);
