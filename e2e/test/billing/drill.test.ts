import assert from "node:assert/strict";
import { test } from "node:test";
import { runDrill } from "../../src/billing-drill/index.ts";

const EVENTS = 1_000;

test("a thousand events, repeated, mixed, dropped and torn, with nodes killed, end as the provider's books say", async (test) => {
  const seed = Number(process.env.DRILL_SEED ?? Date.now() % 1_000_000);
  const report = await runDrill({ events: EVENTS, seed, log: (line) => process.env.DRILL_SEED && test.diagnostic(line) });
  const again = `Run it again with DRILL_SEED=${seed}.`;
  test.diagnostic(JSON.stringify({ ...report, faults: report.faults.length }));
  assert.deepEqual(report.faults.slice(0, 20), [], again);
  // A drill in which nothing went wrong would prove nothing.
  assert.ok(report.events >= EVENTS && report.sent > report.events * 1.5 && report.dropped > EVENTS / 20, again);
  assert.equal(report.killed, 20, again);
  assert.ok(report.interrupted > report.effects / 50, again);
  assert.ok(report.drifts[0] > 0 && report.fetches < report.sent, again);
});
