// Ed25519 verification: the browser's own where it has one, else @noble/ed25519 from our copy.

const NOBLE = "../../vendor/noble-ed25519/ed25519.js";

let usesBrowser = globalThis.crypto?.subtle !== undefined;

/** Whether `signature` over `message` was made with the private half of the raw `publicKey`. */
export async function isSignedBy(publicKey, message, signature) {
  if (usesBrowser) {
    try {
      const key = await crypto.subtle.importKey("raw", publicKey, { name: "Ed25519" }, false, ["verify"]);
      return await crypto.subtle.verify({ name: "Ed25519" }, key, signature, message);
    } catch (error) {
      if (error.name !== "NotSupportedError") throw error;
      usesBrowser = false;
    }
  }
  return isSignedByNoble(publicKey, message, signature);
}

/** The same without the browser's Ed25519; strict as RFC 8032, needs a secure context for SHA-512. */
export async function isSignedByNoble(publicKey, message, signature) {
  const { verifyAsync } = await import(NOBLE);
  return verifyAsync(signature, message, publicKey, { zip215: false });
}
