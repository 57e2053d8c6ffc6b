import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { createPoller } from "../src/services/create-poller.ts";

const NEVER = 1_000_000;

/** Work that lasts until it is let go. */
function heldWork() {
  const rounds: (() => void)[] = [];
  const faults: string[] = [];
  return {
    rounds,
    faults,
    work: () => new Promise<void>((resolve) => rounds.push(resolve)),
    onError: (error: Error) => void faults.push(error.message),
  };
}

test("begins at once; however often it is asked meanwhile, one more round follows, and one at a time", async () => {
  const { rounds, work, onError } = heldWork();
  const doing = createPoller(work, { everyMs: NEVER, onError });
  assert.equal(rounds.length, 1);
  for (let time = 0; time < 5; time++) doing.wake();
  assert.equal(rounds.length, 1);
  rounds[0]?.();
  await sleep(1);
  assert.equal(rounds.length, 2);
  rounds[1]?.();
  await sleep(1);
  assert.equal(rounds.length, 2);
  await doing.stop();
});

test("a stop waits for the round that is being done, tells it, and no other begins", async () => {
  const seen: boolean[] = [];
  let letGo = () => {};
  const doing = createPoller(
    async (shouldStop) => {
      await new Promise<void>((resolve) => (letGo = resolve));
      seen.push(shouldStop());
    },
    { everyMs: 1, onError: assert.fail },
  );
  doing.wake();
  const stopped = doing.stop();
  await sleep(5);
  assert.deepEqual(seen, []);
  letGo();
  await stopped;
  doing.wake();
  await sleep(5);
  assert.deepEqual(seen, [true]);
});

test("comes back by itself, after a fault too", async () => {
  const faults: string[] = [];
  let times = 0;
  const doing = createPoller(() => Promise.reject(new Error(String(++times))), { everyMs: 1, onError: ({ message }) => void faults.push(message) });
  while (faults.length < 3) await sleep(1);
  await doing.stop();
  assert.deepEqual(faults.slice(0, 3), ["1", "2", "3"]);
});
