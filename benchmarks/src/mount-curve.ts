import { handWritten } from "./contestants.ts";
import { race } from "./figure.ts";
import type { Outcome } from "./measurement.ts";
import { openTrack } from "./race-track.ts";

const MODULES = [1, 5, 10, 20];
const DELAY_MS = 100;

/** Time until all modules of a page are ready, cold, as their number grows. The figures of 1 and 20 stand in the races. */
export async function measureMountCurve(rounds: number): Promise<Outcome> {
  const ours: [number, number][] = [];
  const hand: [number, number][] = [];
  for (const modules of MODULES) {
    const track = await openTrack({ delayMs: DELAY_MS, modules, peers: (port) => handWritten(port, modules) });
    try {
      const times = await race(rounds, { hand: track.cold("/hand"), ours: track.cold("/ours") });
      ours.push([modules, times.ours]);
      hand.push([modules, times.hand]);
    } finally {
      await track.close();
    }
  }
  return {
    figures: [],
    curves: [
      {
        name: "mount-time-by-modules",
        title: `Time until all modules are ready, cold, ${DELAY_MS} ms answers`,
        x: { label: "modules on the page", scale: "linear" },
        y: { label: "milliseconds", scale: "linear" },
        lines: [
          { name: "ours", points: ours },
          { name: "hand-written frames", points: hand },
        ],
      },
    ],
  };
}
