// The public keys that QR codes are signed with, and how old this device's list of them is.

const PAST = new Date(0);

/** {keys: Map of key id (hex) to raw key, listedAt: Date or null}. Offline the service worker answers with its copy. */
export async function loadKeys(url) {
  try {
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(`${answer.status}`);
    return readKeys(await answer.json());
  } catch {
    return { keys: new Map(), listedAt: null };
  }
}

/** Of two lists, the younger one. */
export function younger(first, second) {
  return (second.listedAt ?? PAST) >= (first.listedAt ?? PAST) ? second : first;
}

function readKeys({ keys, generated_at: generatedAt }) {
  return {
    keys: new Map(keys.map(({ key_id: keyId, public_key: key }) => [keyId, fromBase64(key)])),
    listedAt: new Date(generatedAt),
  };
}

const fromBase64 = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
