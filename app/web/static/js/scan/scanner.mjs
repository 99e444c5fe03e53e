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

const RINGS = { green: [60], amber: [60, 80, 60], red: [400], unknown: [60, 80, 60] };

const { urls, texts } = JSON.parse(document.getElementById("scan-config").textContent);
const page = document.querySelector("[data-scanner]");
const part = (name) => page.querySelector(`[data-${name}]`);

const reader = new QrReader(urls.worker);
const camera = new Camera(part("video"), reader);
const panel = new Panel(part("result"));
let keyList = { keys: new Map(), listedAt: null };

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
  const verification = await verified(parsed);
  const local = wordedLocal(parsed.claim, verification);
  const shown = await withPlatform(text, parsed.claim, local);
  const seconds = Math.max(0.1, (performance.now() - startedAt) / 1000).toFixed(1);
  show({ ...shown, small: `${shown.small}${worded(texts, "took", { seconds })}` });
}

async function verified(parsed) {
  try {
    return await verify(parsed, keyList.keys);
  } catch (error) {
    console.warn(error);
    return "unavailable";
  }
}

function wordedLocal(claim, verification) {
  const found = localVerdict({ claim, verification, now: new Date(), listedAt: keyList.listedAt });
  return {
    verdict: found.verdict,
    headline: texts[`headline_${found.headline}`],
    reasons: found.reasons.map((reason) => ({
      ...reason,
      text: worded(texts, `reason_${reason.text}`, reason.values),
      note: reason.code === "R0" && verification !== "unsigned" ? keyListAge() : "",
    })),
    facts: factsOf(claim, texts),
    source: "device",
  };
}

function keyListAge() {
  return keyList.listedAt ? worded(texts, "keys_listed", { at: keyList.listedAt }) : texts.keys_missing;
}

/** The platform's verdict where there is one. What this device found red stays red. */
async function withPlatform(text, claim, local) {
  if (claim.kind === "not_ours") return { ...local, small: "" };
  try {
    const answer = await askPlatform(urls.verdicts, text);
    if (local.verdict === "red" && answer.verdict !== "red") return { ...local, small: "" };
    return { ...answer, source: "platform", small: "" };
  } catch (error) {
    if (!(error instanceof NoAnswer)) throw error;
    return { ...local, small: `${texts[`no_answer_${error.message}`]} · ` };
  }
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

async function refreshKeys() {
  keyList = younger(keyList, await loadKeys(urls.keys));
  const isFresh = navigator.onLine && keyList.listedAt !== null;
  part("age").textContent = keyList.listedAt
    ? worded(texts, isFresh ? "ready_online" : "ready_offline", { at: localTime(keyList.listedAt) })
    : texts.keys_missing;
  page.dataset.keys = String(keyList.keys.size);
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
window.addEventListener("online", refreshKeys);
window.addEventListener("offline", refreshKeys);
window.addEventListener("pagehide", () => camera.close());

installOffline();
await refreshKeys();
await start();
