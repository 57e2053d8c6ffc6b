import { handWritten } from "./contestants.ts";
import { type Figure, race } from "./figure.ts";
import { compareTimes } from "./mount-race.ts";
import { openTrack } from "./race-track.ts";

const MODULES = 20;
const DELAYS_MS = [100, 0];

/** Time until the last of twenty modules is ready, all of them in view, beside twenty opaque iframes written by hand. */
export async function measureMountMany(rounds: number): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const delayMs of DELAYS_MS) {
    const track = await openTrack({ delayMs, modules: MODULES, peers: (port) => handWritten(port, MODULES) });
    try {
      for (const kind of ["cold", "warm"] as const) {
        const { ours, hand } = await race(rounds, { hand: track[kind]("/hand"), ours: track[kind]("/ours") });
        figures.push(compareTimes(`mount ${MODULES} modules ${kind}, to hand-written, ${delayMs} ms answers`, ours, hand, delayMs && 1.8));
      }
    } finally {
      await track.close();
    }
  }
  return figures;
}
