import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createRequestPacer } from "../../src/billing/lemonsqueezy/request-pacer.ts";
import { BillingUnavailable } from "../../src/billing/provider.ts";

/** A pacer whose clock moves only while it sleeps. */
function createPaced(perMinute: number) {
  let time = 1_000_000;
  const slept: number[] = [];
  const pacer = createRequestPacer(perMinute, {
    now: () => time,
    random: () => 0.5,
    sleep: async (ms) => {
      slept.push(ms);
      time += ms;
    },
  });
  return { ...pacer, slept, now: () => time, pass: (ms: number) => void (time += ms) };
}

describe("the pacer of calls", () => {
  test("lets so many calls start in any minute, and holds the next one back until the first is a minute old", async () => {
    const { waitForTurn, slept, pass } = createPaced(3);
    for (let call = 0; call < 3; call++) {
      await waitForTurn(false);
      pass(1_000);
    }
    assert.deepEqual(slept, []);
    await waitForTurn(false);
    assert.deepEqual(slept, [57_000]);
    pass(60_000);
    await waitForTurn(false);
    assert.deepEqual(slept, [57_000]);
  });

  test("gives work in the background four fifths, and keeps the rest for a person", async () => {
    const { waitForTurn, slept } = createPaced(5);
    for (let call = 0; call < 4; call++) await waitForTurn(true);
    await waitForTurn(false);
    assert.deepEqual(slept, []);
    await waitForTurn(true);
    assert.deepEqual(slept, [60_000]);
  });

  test("always lets one call of the background start", async () => {
    const { waitForTurn, slept } = createPaced(1);
    await waitForTurn(true);
    assert.deepEqual(slept, []);
  });

  test("refuses at once what could not start in time, and starts what just can", async () => {
    const { waitForTurn, now } = createPaced(1);
    await waitForTurn(false);
    await assert.rejects(waitForTurn(false, now() + 59_999), (error) => error instanceof BillingUnavailable);
    await waitForTurn(false, now() + 60_000);
  });

  test("holds every call back for as long as the provider asked, and never shorter than before", async () => {
    const { waitForTurn, holdBack, slept } = createPaced(10);
    holdBack(5_000);
    holdBack(1_000);
    await waitForTurn(false);
    assert.deepEqual(slept, [5_000]);
    await waitForTurn(false);
    assert.deepEqual(slept, [5_000]);
  });
});
