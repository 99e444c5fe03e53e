// The public keys that QR codes are signed with, and how old this device's list of them is.

const PAST = new Date(0);
const NO_KEYS = Object.freeze({ keys: new Map(), revoked: new Set(), listKeys: new Map(), listedAt: null });

/**
 * {keys: Map of key id (hex) to raw key, revoked: Set of ids of compromised ones, listKeys: those that sign revocation
 * lists, listedAt: Date or null}. Offline the service worker answers with its copy.
 */
export async function loadKeys(url) {
  try {
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`${answer.status}`);
    return readKeys(await answer.json());
  } catch {
    return NO_KEYS;
  }
}

/** Of two lists, the younger one. */
export function younger(first, second) {
  return (second.listedAt ?? PAST) >= (first.listedAt ?? PAST) ? second : first;
}

function readKeys({ keys, list_keys: listKeys, generated_at: generatedAt }) {
  const known = (list) => new Map(list.map(({ key_id: keyId, public_key: key }) => [keyId, fromBase64(key)]));
  return {
    keys: known(keys),
    revoked: new Set(keys.filter((key) => key.revoked_at).map((key) => key.key_id)),
    listKeys: known(listKeys),
    listedAt: new Date(generatedAt),
  };
}

const fromBase64 = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
