// One scale, asked each second for what it shows while somebody looks.

import { gramsOf } from "./mass.mjs";

const EVERY_MS = 1000;
const PATIENCE_MS = 4000;
const OFF_AFTER = 4;

export class ScaleWatch {
  /** @param show called with {reading, isOff}; `reading` is {id, mass (g), isStable, isFresh} or null */
  constructor(show) {
    this.show = show;
    this.watch = 0;
  }

  async start(url) {
    const watch = ++this.watch;
    let missed = 0;
    while (watch === this.watch) {
      if (!document.hidden) {
        const reading = await latest(url);
        if (watch !== this.watch) return;
        missed = reading?.isFresh ? 0 : missed + 1;
        this.show({ reading, isOff: missed >= OFF_AFTER });
      }
      await new Promise((resolve) => setTimeout(resolve, EVERY_MS));
    }
  }

  stop() {
    this.watch++;
  }
}

async function latest(url) {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (!answer.ok) return null;
    const { reading } = await answer.json();
    if (!reading) return null;
    const isFree = reading.container_id === null;
    return { id: reading.id, mass: gramsOf(reading.mass_kg), isStable: reading.is_stable, isFresh: reading.is_fresh && isFree };
  } catch {
    return null;
  }
}
