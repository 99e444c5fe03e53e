// Sending to the platform: an answer, a refusal, or no word at all.

const PATIENCE_MS = 25000;

/** Nobody answered; whether it arrived isn't known, so the same must be sent again under the same key. */
export class NoWord extends Error {}

/** The platform's answer: {status, body}. */
export async function post(url, body, key) {
  const headers = {
    "Accept-Language": document.documentElement.lang,
    "Content-Type": "application/json",
    "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content,
  };
  if (key) headers["Idempotency-Key"] = key;
  let answer;
  try {
    answer = await fetch(url, { method: "POST", headers, body, signal: AbortSignal.timeout(PATIENCE_MS) });
  } catch {
    throw new NoWord();
  }
  if (answer.status >= 500) throw new NoWord();
  return { status: answer.status, body: await answer.json().catch(() => ({})) };
}

export function newKey() {
  return crypto.randomUUID?.() ?? Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}
