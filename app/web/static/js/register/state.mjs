// What has been chosen so far, and what follows from it.

import { exact, grams } from "./mass.mjs";

export const STEPS = ["waste", "weigh", "photo", "zone"];

/** A new registration, begun at an instant of the platform's clock (ms). */
export function fresh(now, key) {
  return { step: "waste", key, begunAt: now, waste: null, kind: null, tare: "", gross: "", reading: null, byHand: false, times: {}, hasPhoto: false, shotAt: null, zone: null, reason: "", body: null };
}

/** Gross, tare and net in grams; null where they aren't known or make no sense. */
export function weights(state, shown = null) {
  const gross = state.byHand ? grams(state.gross) : (state.reading?.mass ?? shown);
  const tare = grams(state.tare);
  const net = gross !== null && tare !== null && gross > tare ? gross - tare : null;
  return { gross, tare, net };
}

/** The body of POST /api/v1/registrations, without the photo. */
export function bodyOf(state, { waste, kind, operator }) {
  const { gross, tare } = weights(state);
  const packing = kind.package_type_id ? { package_type_id: kind.package_type_id } : { package: kind.package, volume_l: kind.volume_l };
  return JSON.stringify({
    stream_id: state.waste,
    ...packing,
    ...(state.byHand ? { gross_kg: exact(gross) } : { reading_id: state.reading.id }),
    tare_kg: exact(tare),
    zone_id: state.zone.id,
    overrides: Object.fromEntries(state.zone.confirm.map((rule) => [rule, state.reason])),
    generated_at: instant(state.times.generated),
    packed_at: instant(state.times.packed),
    ...(state.byHand ? { weighed_at: instant(state.times.weighed) } : {}),
    source_facility: waste.source,
    destination: waste.destination,
    producer_operator: operator,
  });
}

const instant = (time) => (time ? new Date(time).toISOString() : null);

/** How far each of the five steps is: done, current or to come. */
export function five(state) {
  if (state.step === "waste") return ["c", "", "", "", ""];
  if (state.step === "weigh" || state.step === "photo") return ["d", "d", state.step === "photo" ? "d" : "c", "", ""];
  return ["d", "d", "d", "c", "c"];
}
