import assert from "node:assert/strict";
import { test } from "node:test";
import { runDrill } from "../../src/billing-drill/index.ts";

/** The short form. `npm run bench -- billing-drill` is the long one, with ten thousand events. */
const EVENTS = Number(process.env.DRILL_EVENTS ?? 1_000);

test("a thousand events end as the provider's records say, although deliveries are dropped, repeated and shuffled, connections break and nodes crash", async (test) => {
  const seed = Number(process.env.DRILL_SEED ?? Date.now() % 1_000_000);
  const report = await runDrill({ events: EVENTS, seed, log: (line) => process.env.DRILL_SEED && test.diagnostic(line) });
  const replay = `Run it again with DRILL_SEED=${seed}${process.env.DRILL_EVENTS ? ` DRILL_EVENTS=${EVENTS}` : ""}.`;
  test.diagnostic(JSON.stringify({ seed, ...report, problems: report.problems.length }));
  assert.deepEqual(report.problems.slice(0, 20), [], replay);
  // A drill without faults would prove nothing.
  assert.ok(report.events >= EVENTS && report.sent > report.events * 1.5 && report.dropped > EVENTS / 20, replay);
  assert.equal(report.killed, Math.min(20, Math.ceil(EVENTS / 50)), replay);
  assert.ok(report.interrupted > report.effects / 50, replay);
  assert.ok(report.drifts[0] > 0 && report.fetches < report.sent, replay);
});

test("the same seed gives the same run, event by event", async () => {
  const [first, second] = [await runDrill({ events: 30, seed: 7 }), await runDrill({ events: 30, seed: 7 })];
  assert.equal(second.digest, first.digest);
  assert.notEqual((await runDrill({ events: 30, seed: 8 })).digest, first.digest);
});
