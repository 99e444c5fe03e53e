// Asks the platform for its verdict.

const PATIENCE_MS = 4000;

/** The platform could not be asked, or would not answer; `name` is the name of a text. */
export class NoAnswer extends Error {}

/** The body of POST /api/v1/verdicts, in the language of the page. */
export async function askPlatform(url, scanned) {
  if (!navigator.onLine) throw new NoAnswer("offline");
  const answer = await send(url, scanned);
  if (answer.status === 401 || answer.status === 400) throw new NoAnswer("signed_out");
  if (answer.status === 403) throw new NoAnswer("not_permitted");
  if (!answer.ok) throw new NoAnswer("no_answer");
  return answer.json();
}

async function send(url, scanned) {
  try {
    return await fetch(url, {
      method: "POST",
      headers: {
        "Accept-Language": document.documentElement.lang,
        "Content-Type": "application/json",
        "X-CSRFToken": document.querySelector('meta[name="csrf-token"]').content,
      },
      body: JSON.stringify({ scanned }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
  } catch {
    throw new NoAnswer("offline");
  }
}
