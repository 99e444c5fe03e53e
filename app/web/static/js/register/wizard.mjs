// The registration page of phones (ux.md 3.1): waste, package and weight, photo, zone; then one act sends it all.
// Every choice is kept on the device, so that a reload or a lost network loses nothing.

import { Draft } from "./draft.mjs";
import { kg } from "./mass.mjs";
import { clockTime, config, now, page, part, parts, showErrors, showNet, showProblem, showStep, texts, urls, worded } from "./page.mjs";
import { base64, smaller } from "./photo.mjs";
import { ScaleWatch } from "./scale.mjs";
import { ScanDialog } from "./scan.mjs";
import { NoWord, newKey, post } from "./sending.mjs";
import { showDone, startUndo } from "./done.mjs";
import { bodyOf, five, fresh, weights } from "./state.mjs";
import { Zones } from "./zones.mjs";

const SHOWN_WASTES = 5;
const RETRY_MS = 8000;
const draft = new Draft(config.user);
const zones = new Zones(part("zones"), urls.zones, onZone);
const scale = new ScaleWatch(onReading);
const scanner = new ScanDialog(part("scan-dialog"), urls.worker);
let state = fresh(now(), newKey());
let photo = null;
let reading = null;
let retry = 0;
let lastSent = null;

const waste = () => config.wastes[state.waste];
const kind = () => config.kinds[state.kind];
const scales = () => config.scales.filter((one) => one.site === waste()?.site);
const chosenScale = () => scales().find((one) => one.id === part("scale").value) ?? scales()[0];

function keep() {
  draft.keep({ ...state, savedAt: now() });
}

function go(step) {
  state.step = step;
  if (step !== "sending") showErrors("", []);
  keep();
  scale.stop();
  part("leave").hidden = step !== "waste" && step !== "done" && step !== "undone";
  part("head").querySelector("[data-back]").hidden = !["weigh", "zone"].includes(step);
  const { net } = state.waste ? weights(state) : {};
  const title = step === "waste" ? texts.title : step === "zone" && net ? `${waste().name} ${kg(net)} kg` : waste().name;
  ({ weigh: showWeighing, photo: showPhoto, zone: showZones, sending: showSending })[step]?.();
  showStep(step, five(state), title);
  showNet(navigator.onLine ? "on" : "off");
}

// 1 waste

function chooseWaste(id) {
  state.waste = id;
  state.kind = waste().kind;
  state.tare = kind().tare_kg;
  state.times.generated = state.times.packed = now();
  state.byHand = scales().length === 0;
  state.reading = null;
  state.zone = null;
  zones.forget();
  go("weigh");
}

function search() {
  const words = part("search-waste").value.trim().toLowerCase().split(/\s+/).filter(Boolean);
  const items = [...part("wastes").children];
  const fits = items.filter((item) => words.every((word) => item.dataset.words.includes(word)));
  const shown = words.length ? fits : fits.slice(0, SHOWN_WASTES);
  for (const item of items) item.hidden = !shown.includes(item);
  part("recent").hidden = words.length > 0;
  part("none").hidden = shown.length > 0;
}

async function scanWaste() {
  const text = await scanner.text({ title: texts.scan_waste, hint: texts.scan_waste_hint, none: texts.scan_none, noCamera: texts.scan_no_camera });
  if (text === null) return;
  const digits = /([0-9]{8})[0-9]{11}(?![0-9])/.exec(text)?.[1];
  const fits = Object.entries(config.wastes).filter(([, one]) => one.code.replaceAll("-", "") === digits);
  if (fits.length === 1) return chooseWaste(fits[0][0]);
  part("search-waste").value = fits.length ? fits[0][1].code : "";
  search();
  part("none").hidden = fits.length > 0;
  part("none").textContent = fits.length ? "" : texts.waste_unknown;
}

// 2 package and weight

function showWeighing() {
  const own = scales();
  part("scale").replaceChildren(...own.map((one) => new Option(one.name, one.id, false, one.id === state.scale)));
  part("scale").disabled = own.length < 2;
  part("by-scale").hidden = part("scale-acts").hidden = state.byHand;
  part("by-hand").hidden = part("hand-acts").hidden = !state.byHand;
  part("reconnect").hidden = own.length === 0;
  part("hand-why").textContent = !own.length ? texts.no_scale : state.isOff ? worded("no_reading", { scale: chosenScale().name }) : texts.by_choice;
  part("gross").value = state.gross;
  part("tare").value = state.tare;
  for (const link of parts("full-form")) link.href = waste().form;
  part("gaps").hidden = waste().gaps === 0;
  part("gaps-text").textContent = worded("gaps", { count: waste().gaps });
  part("complete").href = waste().complete;
  for (const field of [part("gross"), part("tare")]) showProblem(field, null);
  showKinds();
  reading = null;
  if (!state.byHand) {
    showCalibration();
    scale.start(chosenScale().latest);
  }
  showWeights();
}

function showKinds() {
  const all = Object.values(config.kinds);
  const near = [kind(), ...all.filter((one) => one.key !== state.kind)].slice(0, 2);
  const buttons = near.map((one) => kindButton(one.name, one.note, one.key));
  if (all.length > 2) {
    const more = kindButton(texts.other_kind, worded("kinds", { count: all.length }));
    more.addEventListener("click", () => part("kind-dialog").showModal());
    buttons.push(more);
  }
  part("kinds").replaceChildren(...buttons);
}

function kindButton(name, note, key) {
  const button = document.createElement("button");
  button.type = "button";
  button.append(name, Object.assign(document.createElement("small"), { textContent: note }));
  if (key) {
    button.dataset.kind = key;
    button.setAttribute("aria-pressed", String(key === state.kind));
  }
  return button;
}

function chooseKind(key) {
  state.kind = key;
  state.tare = part("tare").value = kind().tare_kg;
  state.times.packed = now();
  part("kind-dialog").close();
  keep();
  showKinds();
  showWeights();
}

function showCalibration() {
  const { calibrated, calibratedTo } = chosenScale();
  const name = calibrated === null ? "uncalibrated" : calibrated ? "calibrated" : "expired";
  part("calibration").textContent = worded(name, { day: calibratedTo });
  part("expired").hidden = calibrated !== false;
}

function onReading({ reading: latest, isOff }) {
  reading = latest;
  showNet(!navigator.onLine ? "off" : isOff ? "scale" : "on");
  showWeights();
}

function showWeights() {
  const shown = reading?.isFresh ? reading.mass : null;
  const steady = Boolean(reading?.isFresh && reading.isStable);
  const { gross, tare, net } = weights({ ...state, reading: null }, shown);
  part("eq-gross").textContent = gross === null ? "—" : kg(gross);
  part("eq-net").textContent = net === null ? "—" : kg(net);
  part("shown").textContent = shown === null ? "—" : kg(shown);
  part("display").className = `sc${steady ? " steady" : ""}${shown === null ? " stale" : ""}`;
  const words = shown === null ? texts.waiting : steady ? texts.stable : texts.moving;
  if (part("steady-text").textContent !== words) part("steady-text").textContent = words;
  part("steady-icon").hidden = !steady;
  part("take-text").textContent = steady && net !== null ? worded("take", { mass: kg(net) }) : steady && tare !== null ? worded("take", { mass: kg(gross) }) : texts.take_wait;
  part("tare-hint").textContent = worded("tare_of", { kind: kind().name });
}

/** The weights are right, or their fields say what is wrong. */
function areWeightsRight(gross, tare) {
  showProblem(part("gross"), state.byHand && gross === null ? texts.need_gross : null);
  if (state.byHand && gross === null) return false;
  const problem = tare === null ? texts.need_tare : gross <= tare ? worded("too_light", { tare: kg(tare) }) : null;
  showProblem(part("tare"), problem);
  return problem === null;
}

function take() {
  if (!reading?.isFresh || !reading.isStable) return;
  const { gross, tare } = weights({ ...state, reading: null }, reading.mass);
  if (!areWeightsRight(gross, tare)) return;
  state.reading = { id: reading.id, mass: reading.mass, scale: chosenScale().name };
  weighed();
}

function shootScale() {
  const { gross, tare } = weights(state);
  if (areWeightsRight(gross, tare)) weighed();
}

/** On to the photo, with the camera open at once: a browser lets a page do so within the tap. */
function weighed() {
  state.times.weighed = now();
  state.scale = part("scale").value;
  zones.load(state.waste, weights(state).net, state.zone?.id);
  go("photo");
  part("camera").click();
}

// 3 photo

function showPhoto() {
  part("tip").textContent = state.byHand ? texts.photo_of_scale : texts.photo_of_drum;
  part("skip").hidden = state.byHand;
  part("photo-bad").hidden = true;
}

async function onPhoto(event) {
  const [file] = event.target.files;
  event.target.value = "";
  if (!file) return;
  try {
    photo = await smaller(file);
  } catch {
    part("photo-bad").textContent = texts.photo_bad;
    part("photo-bad").hidden = false;
    return;
  }
  state.hasPhoto = true;
  state.shotAt = now();
  await draft.keepPhoto(photo);
  go("zone");
}

// 4 zone

async function showZones() {
  const { net } = weights(state);
  part("thumb").hidden = !photo;
  if (photo) part("thumb").src = URL.createObjectURL(photo);
  part("shot-text").textContent = photo ? texts.photo_kept : texts.no_photo;
  part("shot-at").textContent = clockTime(state.shotAt ?? state.times.weighed);
  part("retake").textContent = photo ? texts.retake : texts.take_photo;
  part("reason").value = state.reason;
  onZone();
  const isHere = await zones.load(state.waste, net, state.zone?.id);
  if (state.step !== "zone") return;
  showErrors(isHere ? "" : texts.offline, isHere ? [] : [texts.zones_offline]);
  onZone();
}

function onZone() {
  const chosen = zones.chosen;
  part("reason-field").hidden = !chosen?.confirm.length;
  part("store-text").textContent = chosen ? worded("store", { zone: chosen.code }) : texts.choose_zone;
  if (chosen) state.zone = chosen;
  keep();
}

async function scanZone() {
  const text = await scanner.text({ title: texts.scan_zone, hint: texts.scan_zone_hint, none: texts.scan_none, noCamera: texts.scan_no_camera });
  if (text === null) return;
  const { outcome, code } = zones.scanned(text);
  onZone();
  showErrors(texts.refused, outcome === "chosen" ? [] : [outcome === "refused" ? worded("zone_refused", { zone: code }) : texts.zone_unknown]);
}

async function store() {
  state.zone = zones.chosen;
  state.reason = part("reason").value.trim();
  if (!state.zone) return showErrors(texts.refused, [texts.choose_zone]);
  const lacks = state.zone.confirm.length && !state.reason;
  showProblem(part("reason"), lacks ? texts.need_reason : null);
  if (lacks) return;
  if (state.body) return;
  state.body = bodyOf(state, { waste: waste(), kind: kind(), operator: config.operator });
  go("sending");
  await send();
}

// 5 sending: the same body under the same key until there is an answer

function showSending() {
  const { net } = weights(state);
  part("s-waste").textContent = waste().name;
  part("s-net").textContent = `${kg(net)} kg`;
  part("s-zone").textContent = state.zone.place;
  waitFor("sending");
}

function waitFor(text, { again = false, signIn = false, reload = false } = {}) {
  part("sending-text").textContent = texts[text];
  part("spin").hidden = again || signIn || reload;
  part("again").hidden = !again;
  part("sign-in").hidden = !signIn;
  part("sign-in").href = urls.signIn;
  part("reload").hidden = !reload;
}

async function send() {
  clearTimeout(retry);
  if (state.step !== "sending" || send.isUnderWay) return;
  send.isUnderWay = true;
  waitFor("sending");
  try {
    heard(await post(urls.send, await wholeBody(), state.key));
  } catch (error) {
    if (!(error instanceof NoWord)) throw error;
    showNet(navigator.onLine ? "on" : "off");
    waitFor(navigator.onLine ? "trying" : "saved_here", { again: true });
    retry = setTimeout(send, RETRY_MS);
  } finally {
    send.isUnderWay = false;
  }
}

/** The kept body with the photo in it: the same bytes at every sending. */
async function wholeBody() {
  if (!photo) return state.body;
  return JSON.stringify({ ...JSON.parse(state.body), photo: await base64(photo), photo_name: "register.jpg" });
}

function heard({ status, body }) {
  if (status === 201) return done(body);
  if (status === 401) return waitFor("signed_out", { signIn: true });
  if (status === 400) return waitFor("page_old", { reload: true });
  state.body = null; // refused: nothing was kept, so it may be changed and sent again under the same key
  const pointers = (body.errors ?? []).map((error) => error.pointer);
  const lines = [...(body.errors ?? []).map((error) => error.detail), ...(body.findings ?? []).map((finding) => finding.message)];
  if (pointers.some((pointer) => /reading_id/.test(pointer))) state.reading = null;
  zones.asked = "";
  go(pointers.some((pointer) => /gross|tare|net|reading|package|volume/.test(pointer)) ? "weigh" : "zone");
  showErrors(texts.refused, lines.length ? lines : [body.detail ?? texts.refused]);
}

function done(body) {
  lastSent = { state, photo };
  const seconds = Math.round((now() - state.begunAt) / 1000);
  draft.forget();
  showStep("done", five(state), body.container.local_label || body.container.short_code);
  part("leave").hidden = false;
  part("head").querySelector("[data-back]").hidden = true;
  showDone(body, seconds);
  startUndo(body, undone);
  state = fresh(now(), newKey());
  photo = null;
  zones.forget();
}

// 6 taking it back, and the next

function undone(words) {
  part("undone-text").textContent = words;
  showStep("undone", ["", "", "", "", ""], texts.title);
}

function redo() {
  state = { ...lastSent.state, key: newKey(), body: null, begunAt: now() };
  photo = lastSent.photo;
  if (photo) draft.keepPhoto(photo);
  go("zone");
}

function next() {
  state = fresh(now(), newKey());
  part("search-waste").value = "";
  search();
  go("waste");
}

function back() {
  if (state.step === "zone" && !photo && !state.byHand) return go("weigh");
  go({ weigh: "waste", photo: "weigh", zone: "photo" }[state.step]);
}

async function resume() {
  const kept = draft.read();
  if (kept?.body) makeUp(kept);
  if (!kept?.waste || !config.wastes[kept.waste] || !config.kinds[kept.kind]) return go("waste");
  state = kept;
  photo = state.hasPhoto ? ((await draft.readPhoto()) ?? null) : null;
  if (state.hasPhoto && !photo && !state.body) state.hasPhoto = false;
  if (state.byHand && !photo && state.step === "zone") state.step = "photo";
  go(state.step === "sending" && !state.body ? "zone" : state.step);
  part("resumed").hidden = state.step === "waste" || state.step === "sending";
  send();
}

/** What waits to be sent is sent, even if its waste or its kind of package is no longer offered. */
function makeUp(kept) {
  config.wastes[kept.waste] ??= { name: "—", code: "", site: "", kind: kept.kind, gaps: 0, form: "", complete: "" };
  config.kinds[kept.kind] ??= { key: kept.kind, name: "—", note: "", tare_kg: kept.tare };
}

async function restart() {
  part("resumed").hidden = true;
  await draft.forget();
  photo = null;
  next();
}

page.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  if (button.dataset.waste) return chooseWaste(button.dataset.waste);
  if (button.dataset.kind) return chooseKind(button.dataset.kind);
  const name = Object.keys(button.dataset).find((key) => Object.hasOwn(ACTS, key));
  if (!name) return;
  part("resumed").hidden = true;
  ACTS[name](button.dataset[name]);
});

const ACTS = {
  back,
  take,
  shootScale,
  store,
  next,
  redo,
  restart,
  again: send,
  reload: () => location.reload(),
  toHand: () => setByHand(true),
  reconnect: () => setByHand(false),
  shoot: () => part("camera").click(),
  album: () => part("gallery").click(),
  retake: () => (go("photo"), part("camera").click()),
  skip: () => go("zone"),
  scan: (what) => (what === "waste" ? scanWaste() : scanZone()),
};

function setByHand(byHand) {
  state.byHand = byHand;
  state.isOff = !reading?.isFresh;
  state.reading = null;
  go("weigh");
}

part("search-waste").addEventListener("input", search);
part("scale").addEventListener("change", () => {
  state.scale = part("scale").value;
  showCalibration();
  scale.start(chosenScale().latest);
});
for (const name of ["gross", "tare"]) {
  part(name).addEventListener("input", (event) => {
    state[name] = event.target.value;
    keep();
    showWeights();
  });
}
part("reason").addEventListener("input", (event) => {
  state.reason = event.target.value;
  keep();
});
for (const name of ["camera", "gallery"]) part(name).addEventListener("change", onPhoto);
addEventListener("online", () => {
  showNet("on");
  if (state.step === "zone") showZones();
  send();
});
addEventListener("offline", () => showNet("off"));
addEventListener("pagehide", () => scale.stop());

page.hidden = false;
document.body.classList.add("wz-on");
await resume();
