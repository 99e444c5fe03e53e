// The scanner page: camera, photo or typed code in; a verdict out. The signature is always checked here first,
// so that a forged code is red with no network at all; the platform is asked for everything else.

import { Camera } from "./camera.mjs";
import { factsOf } from "./facts.mjs";
import { loadKeys, younger } from "./keys.mjs";
import { localVerdict } from "./local_verdict.mjs";
import { Panel, localTime, worded } from "./panel.mjs";
import { parse, verify } from "./payload.mjs";
import { NoAnswer, askPlatform } from "./platform.mjs";
import { QrReader, readPhoto } from "./reader.mjs";
import { laterList, loadRevocations, standing } from "./revocations.mjs";

const HOUR_MS = 60 * 60 * 1000;
const RINGS = { green: [60], amber: [60, 80, 60], red: [400], unknown: [60, 80, 60] };

const { urls, texts } = JSON.parse(document.getElementById("scan-config").textContent);
const page = document.querySelector("[data-scanner]");
const part = (name) => page.querySelector(`[data-${name}]`);

const reader = new QrReader(urls.worker);
const camera = new Camera(part("video"), reader);
const panel = new Panel(part("result"));
let keyList = { keys: new Map(), revoked: new Set(), listKeys: new Map(), listedAt: null };
let revocations = null;

/** What the page is doing, for styles and tests: starting, scanning, no-camera, checking, done. */
function setState(state) {
  page.dataset.scanner = state;
}

function say(text) {
  part("hint").textContent = text;
}

async function start() {
  part("camera").hidden = false;
  part("result").hidden = true;
  document.title = texts.title_scan;
  if (!(await isCameraOpen())) return;
  setState("scanning");
  say(texts.hint_aim);
  try {
    const text = await camera.nextCode();
    if (text !== null) await judge(text);
  } catch (error) {
    setState("no-camera");
    say(texts.hint_no_reader);
    console.warn(error);
  }
}

async function isCameraOpen() {
  if (camera.isOpen) return true;
  try {
    await camera.open();
  } catch (error) {
    setState("no-camera");
    say(error.name === "NotAllowedError" ? texts.hint_camera_refused : texts.hint_no_camera);
    return false;
  }
  part("torch").hidden = !camera.hasTorch;
  return true;
}

/** Judge a scanned or typed text and show what comes out. */
async function judge(text) {
  const startedAt = performance.now();
  camera.stop();
  setState("checking");
  say(texts.hint_checking);
  const parsed = parse(text);
  if (parsed.claim.kind === "facility" && navigator.onLine) {
    window.location.assign(`${urls.facility}${parsed.claim.code}/${parsed.claim.id}`);
    return;
  }
  const local = wordedLocal(parsed.claim, await verified(parsed), await standingOf(parsed));
  const shown = await withPlatform(text, parsed.claim, local);
  const seconds = Math.max(0.1, (performance.now() - startedAt) / 1000).toFixed(1);
  show({ ...shown, small: `${shown.small}${worded(texts, "took", { seconds })}` });
}

async function verified(parsed) {
  try {
    return await verify(parsed, keyList.keys, new Set([...keyList.revoked, ...(revocations?.keys ?? [])]));
  } catch (error) {
    console.warn(error);
    return "unavailable";
  }
}

async function standingOf(parsed) {
  try {
    return await standing(parsed, revocations);
  } catch (error) {
    console.warn(error);
    return null;
  }
}

function wordedLocal(claim, verification, found) {
  const local = localVerdict({
    claim,
    verification,
    standing: found,
    now: new Date(),
    listedAt: keyList.listedAt,
    revokedAsOf: revocations?.issuedAt ?? null,
  });
  return {
    verdict: local.verdict,
    headline: texts[`headline_${local.headline}`],
    reasons: local.reasons.map((reason) => ({
      ...reason,
      text: worded(texts, `reason_${reason.text}`, reason.values),
      note: noteOf(reason.code, claim, verification),
    })),
    facts: factsOf(claim, texts),
    source: "device",
  };
}

/** How old is what a reason rests on. */
function noteOf(code, claim, verification) {
  if (code === "R0" && verification !== "unsigned" && claim.kind !== "not_ours") return keyListAge();
  if (code !== "R1" || claim.kind === "short_code") return "";
  return revocations ? worded(texts, "revocations_listed", { at: revocations.issuedAt }) : texts.revocations_missing;
}

function keyListAge() {
  return keyList.listedAt ? worded(texts, "keys_listed", { at: keyList.listedAt }) : texts.keys_missing;
}

/** The platform's verdict where there is one; of revocations it knows more. What this device found forged or expired
    stays red. */
async function withPlatform(text, claim, local) {
  if (claim.kind === "not_ours" || claim.kind === "facility") return { ...local, small: "" };
  try {
    const answer = await askPlatform(urls.verdicts, text);
    if (isProvedBad(local) && answer.verdict !== "red") return { ...local, small: "" };
    return { ...answer, source: "platform", small: "" };
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return { ...local, small: `${texts[`no_answer_${error.message}`]} · ` };
  }
}

function isProvedBad(local) {
  return local.reasons.some(({ code, outcome }) => ["R0", "R11"].includes(code) && outcome === "finding");
}

function show(result) {
  setNetwork(result.source === "platform");
  panel.show(result);
  part("camera").hidden = true;
  part("result").hidden = false;
  part("result").dataset.source = result.source;
  document.title = texts[`title_${result.verdict}`];
  part("result").focus();
  // browsers let a page shake the phone only after a tap on it
  if (navigator.userActivation?.hasBeenActive !== false) navigator.vibrate?.(RINGS[result.verdict]);
  setState("done");
}

function setNetwork(isOnline) {
  for (const tag of page.querySelectorAll("[data-net]")) tag.hidden = (tag.dataset.net === "on") !== isOnline;
}

/** Keys and revocations: on opening, every hour, and as the network comes and goes. */
async function refreshLists() {
  keyList = younger(keyList, await loadKeys(urls.keys));
  revocations = laterList(revocations, await loadRevocations(urls.revocations, keyList.listKeys));
  const isFresh = navigator.onLine && keyList.listedAt !== null;
  part("age").textContent = keyList.listedAt
    ? worded(texts, isFresh ? "ready_online" : "ready_offline", { at: localTime(oldestList()) })
    : texts.keys_missing;
  page.dataset.keys = String(keyList.keys.size);
  page.dataset.revocations = revocations ? String(revocations.entries.size) : "none";
}

function oldestList() {
  const dates = [keyList.listedAt, revocations?.issuedAt].filter(Boolean);
  return new Date(Math.min(...dates));
}

async function onPhoto(event) {
  const [file] = event.target.files;
  event.target.value = "";
  if (!file) return;
  camera.stop();
  setState("checking");
  say(texts.hint_reading_photo);
  const text = await readPhoto(reader, file).catch(() => null);
  if (text) return judge(text);
  await start();
  say(texts.hint_no_code_in_photo);
}

function onTyped(event) {
  event.preventDefault();
  const text = part("typed").value;
  part("typing").close();
  if (text.trim()) judge(text);
  else start();
}

function onAgain() {
  start();
  part("again-focus").focus();
}

async function installOffline() {
  if (!navigator.serviceWorker) return;
  try {
    await navigator.serviceWorker.register(urls.serviceWorker, { scope: urls.scope });
    await navigator.serviceWorker.ready;
    page.dataset.offline = "ready";
  } catch (error) {
    console.warn(error);
  }
}

part("photo").addEventListener("change", onPhoto);
part("type").addEventListener("click", () => {
  camera.stop();
  part("typing").showModal();
});
part("typing").addEventListener("cancel", start);
part("typing-form").addEventListener("submit", onTyped);
part("typing-close").addEventListener("click", () => {
  part("typing").close();
  start();
});
for (const button of page.querySelectorAll("[data-again]")) button.addEventListener("click", onAgain);
part("torch").addEventListener("click", async () => {
  const on = part("torch").getAttribute("aria-pressed") !== "true";
  await camera.setTorch(on);
  part("torch").setAttribute("aria-pressed", String(on));
});
window.addEventListener("online", refreshLists);
window.addEventListener("offline", refreshLists);
window.addEventListener("pagehide", () => camera.close());

setInterval(refreshLists, HOUR_MS);
installOffline();
await refreshLists();
await start();
