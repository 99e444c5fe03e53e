// What has just been made, and the seconds in which it may be taken back.

import { gramsOf, kg } from "./mass.mjs";
import { config, part, texts, urls, worded } from "./page.mjs";
import { NoWord, post } from "./sending.mjs";

let ticking = 0;

/** Fill in the page of what was made. */
export function showDone(body, seconds) {
  const { container } = body;
  const at = (url) => url.replace("CODE", container.code);
  const mass = kg(gramsOf(container.net_kg));
  part("done-text").textContent = seconds < 600 ? worded("done_in", { seconds }) : texts.done;
  part("label-picture").src = `${at(urls.picture)}?v=${container.version}`;
  part("label-picture").alt = worded("label_alt", { name: container.waste_name ?? container.waste_code, mass, code: container.short_code });
  part("done-label").textContent = worded("label", { side: body.label_side_mm, number: container.label_prints });
  part("done-place").textContent = [container.facility?.name, container.zone?.code, container.zone?.name].filter(Boolean).join(" ");
  part("done-net").textContent = `${mass} kg`;
  part("done-scale").textContent = weighedBy(body);
  part("done-limit").textContent = body.storage_limit_on;
  part("done-pdf").href = body.label_url;
  part("done-page").href = body.page_url;
  part("done-reprint").href = `${body.page_url}#label`;
}

function weighedBy({ weighed_by: scale, is_calibrated: calibrated }) {
  if (!scale) return texts.weighed_by_hand;
  return worded(calibrated === null ? "weighed_by_unknown" : calibrated ? "weighed_by" : "weighed_by_expired", { scale });
}

/** Count down while it may be taken back; `onUndone` gets the words to show. */
export function startUndo(body, onUndone) {
  clearInterval(ticking);
  const button = part("undo");
  const until = Date.now() + config.undoSeconds * 1000;
  button.hidden = false;
  button.onclick = () => undo(body.container.code, onUndone);
  const tick = () => {
    const left = Math.ceil((until - Date.now()) / 1000);
    part("undo-text").textContent = worded("undo", { seconds: Math.max(left, 0) });
    if (left > 0) return;
    clearInterval(ticking);
    button.hidden = true;
  };
  tick();
  ticking = setInterval(tick, 250);
}

async function undo(code, onUndone) {
  clearInterval(ticking);
  part("undo").hidden = true;
  try {
    const { status, body } = await post(`${urls.send}/${code}/undo`);
    if (status === 200) return onUndone(worded("undone", { code }));
    part("done-text").textContent = worded("not_undone", { why: body.detail });
  } catch (error) {
    if (!(error instanceof NoWord)) throw error;
    part("done-text").textContent = worded("not_undone", { why: texts.offline });
  }
}
