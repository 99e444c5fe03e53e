// Short codes XXXX-XXXX-C, read as app/foundation/documents/short_code.py reads them.

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ";
const MENDS = { O: "0", I: "1", L: "1" };

const mended = (text) => text.replace(/[OIL]/g, (character) => MENDS[character]);

/** The ISO 7064 MOD 37,36 check character of capital letters and digits. */
function checkCharacter(body) {
  let state = 36;
  for (const character of body) {
    state = (state + ALPHABET.indexOf(character)) % 36 || 36;
    state = (state * 2) % 37;
  }
  return ALPHABET[(37 - state) % 36];
}

/** The short code that somebody typed, in its printed form; null when it isn't one. */
export function readShortCode(text) {
  const typed = text.replace(/[\s-]+/g, "").toUpperCase();
  if (!/^[0-9A-Z]{9}$/.test(typed)) return null;
  const body = mended(typed.slice(0, 8));
  if ([...body].some((character) => !CROCKFORD.includes(character))) return null;
  const check = checkCharacter(body);
  if (check !== typed[8] && check !== mended(typed[8])) return null;
  return `${body.slice(0, 4)}-${body.slice(4)}-${check}`;
}
