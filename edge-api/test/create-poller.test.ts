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
    onFault: (fault: Error) => void faults.push(fault.message),
  };
}

test("begins at once; however often it is asked meanwhile, one more round follows, and one at a time", async () => {
  const { rounds, work, onFault } = heldWork();
  const doing = createPoller(work, { everyMs: NEVER, onFault });
  assert.equal(rounds.length, 1);
  for (let time = 0; time < 5; time++) doing.kick();
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
    async (isOver) => {
      await new Promise<void>((resolve) => (letGo = resolve));
      seen.push(isOver());
    },
    { everyMs: 1, onFault: assert.fail },
  );
  doing.kick();
  const stopped = doing.stop();
  await sleep(5);
  assert.deepEqual(seen, []);
  letGo();
  await stopped;
  doing.kick();
  await sleep(5);
  assert.deepEqual(seen, [true]);
});

test("comes back by itself, after a fault too", async () => {
  const faults: string[] = [];
  let times = 0;
  const doing = createPoller(() => Promise.reject(new Error(String(++times))), { everyMs: 1, onFault: ({ message }) => void faults.push(message) });
  while (faults.length < 3) await sleep(1);
  await doing.stop();
  assert.deepEqual(faults.slice(0, 3), ["1", "2", "3"]);
});
