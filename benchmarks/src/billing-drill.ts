import { runDrill } from "@dramac/e2e/billing-drill";
import type { Outcome } from "./measurement.ts";

const EVENTS = 10_000;
/** Of the effects: everything else of a resource is answered by the same look. */
const FETCHES_AN_EVENT = 1;

/**
 * The drill of billing at its full length, once: a run takes minutes, and it is right or it is not. @throws Error when anything is wrong
 * after it, with the seed that brings it back
 */
export async function measureBillingDrill(): Promise<Outcome> {
  const seed = Number(process.env.DRILL_SEED ?? Date.now() % 1_000_000);
  const drill = await runDrill({ events: EVENTS, seed, log: console.log });
  if (drill.faults.length) throw new Error(`DRILL_SEED=${seed}: ${drill.faults.length} faults\n${drill.faults.slice(0, 20).join("\n")}`);
  const seconds = drill.workMs / 1_000;
  const circumstances = `${drill.killed} nodes killed, ${drill.interrupted} effects torn, ${drill.dropped} events dropped`;
  return {
    figures: [
      {
        what: `billing drill: looks at the provider by event, of ${drill.rows} events taken in over ${drill.subscriptions} subscriptions (${circumstances})`,
        ours: String(drill.fetches),
        peer: String(drill.rows),
        ratio: drill.fetches / drill.rows,
        target: { bound: FETCHES_AN_EVENT, is: "at most" },
      },
      {
        what: "billing drill: calls that the provider refused as too many, to those it took",
        ours: String(drill.tooMany),
        peer: String(drill.fetches),
        ratio: drill.tooMany / drill.fetches,
      },
      {
        what: `billing drill: deliveries, to the events behind them (${seconds.toFixed(0)} s, ${(drill.rows / seconds).toFixed(0)} events and ${(drill.sent / seconds).toFixed(0)} deliveries a second)`,
        ours: String(drill.sent),
        peer: String(drill.events),
        ratio: drill.sent / drill.events,
      },
      {
        what: "billing drill: drifts that reconciliation mended, to the events that were dropped or given up",
        ours: String(drill.drifts[0]),
        peer: String(drill.dropped + drill.lost),
        ratio: drill.drifts[0] / (drill.dropped + drill.lost),
      },
    ],
  };
}
