import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { createPoller } from "../src/services/create-poller.ts";

const NEVER = 1_000_000;

/** Work whose rounds end when the test says so. */
function manualWork() {
  const rounds: (() => void)[] = [];
  const errors: string[] = [];
  return {
    rounds,
    errors,
    work: () => new Promise<void>((resolve) => rounds.push(resolve)),
    onError: (error: Error) => void errors.push(error.message),
  };
}

test("starts at once; however often it is woken during a round, exactly one more round follows", async () => {
  const { rounds, work, onError } = manualWork();
  const poller = createPoller(work, { everyMs: NEVER, onError });
  assert.equal(rounds.length, 1);
  for (let time = 0; time < 5; time++) poller.wake();
  assert.equal(rounds.length, 1);
  rounds[0]?.();
  await sleep(1);
  assert.equal(rounds.length, 2);
  rounds[1]?.();
  await sleep(1);
  assert.equal(rounds.length, 2);
  await poller.stop();
});

test("a stop tells the running round, waits for its end, and starts no other", async () => {
  const seen: boolean[] = [];
  let endRound = () => {};
  const poller = createPoller(
    async (shouldStop) => {
      await new Promise<void>((resolve) => (endRound = resolve));
      seen.push(shouldStop());
    },
    { everyMs: 1, onError: assert.fail },
  );
  poller.wake();
  const stopped = poller.stop();
  await sleep(5);
  assert.deepEqual(seen, []);
  endRound();
  await stopped;
  poller.wake();
  await sleep(5);
  assert.deepEqual(seen, [true]);
});

test("starts again at its interval, also after an error", async () => {
  const errors: string[] = [];
  let times = 0;
  const poller = createPoller(() => Promise.reject(new Error(String(++times))), { everyMs: 1, onError: ({ message }) => void errors.push(message) });
  while (errors.length < 3) await sleep(1);
  await poller.stop();
  assert.deepEqual(errors.slice(0, 3), ["1", "2", "3"]);
});
