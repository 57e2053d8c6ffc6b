import { runDrill } from "@dramac/e2e/billing-drill";
import type { Outcome } from "./measurement.ts";

const EVENTS = 10_000;
/** One call answers all deliveries about a resource. */
const FETCHES_AN_EVENT = 1;

/**
 * Runs the billing drill once at its full length, which takes minutes.
 * @throws Error when anything is wrong after it, with the seed that replays it
 */
export async function measureBillingDrill(): Promise<Outcome> {
  const seed = Number(process.env.DRILL_SEED ?? Date.now() % 1_000_000);
  const drill = await runDrill({ events: EVENTS, seed, log: console.log });
  if (drill.problems.length) throw new Error(`DRILL_SEED=${seed}: ${drill.problems.length} problems\n${drill.problems.slice(0, 20).join("\n")}`);
  console.log(`DRILL_SEED=${seed} has the digest ${drill.digest}.`);
  const seconds = drill.workMs / 1_000;
  const circumstances = `${drill.killed} nodes killed, ${drill.interrupted} transactions interrupted, ${drill.dropped} events dropped`;
  return {
    figures: [
      {
        what: `billing drill: calls of the provider's API per event, of ${drill.rows} events stored for ${drill.subscriptions} subscriptions (${circumstances})`,
        ours: String(drill.fetches),
        peer: String(drill.rows),
        ratio: drill.fetches / drill.rows,
        target: { bound: FETCHES_AN_EVENT, is: "at most" },
      },
      {
        what: "billing drill: calls that the provider refused as too many, to all calls",
        ours: String(drill.tooManyCalls),
        peer: String(drill.fetches),
        ratio: drill.tooManyCalls / drill.fetches,
      },
      {
        what: `billing drill: deliveries, to the provider's events (${seconds.toFixed(0)} s, ${(drill.rows / seconds).toFixed(0)} events and ${(drill.sent / seconds).toFixed(0)} deliveries a second)`,
        ours: String(drill.sent),
        peer: String(drill.events),
        ratio: drill.sent / drill.events,
      },
      {
        what: "billing drill: drifts that reconciliation repaired, to the events that were dropped or given up",
        ours: String(drill.drifts[0]),
        peer: String(drill.dropped + drill.lost),
        ratio: drill.drifts[0] / (drill.dropped + drill.lost),
      },
    ],
  };
}
