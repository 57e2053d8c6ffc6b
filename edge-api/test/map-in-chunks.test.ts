import assert from "node:assert/strict";
import { test } from "node:test";
import { mapInChunks } from "../src/services/map-in-chunks.ts";

test("items are processed in chunks and in order, and other tasks run between the chunks", async () => {
  let [running, maxRunning, turns, isDone] = [0, 0, 0, false];
  const takeTurns = (): void => {
    turns++;
    if (!isDone) setImmediate(takeTurns);
  };
  setImmediate(takeTurns);
  const items = Array.from({ length: 1_005 }, (_, at) => at);
  const results = await mapInChunks(items, 10, async (item) => {
    maxRunning = Math.max(maxRunning, ++running);
    await Promise.resolve();
    running--;
    return item * 2;
  });
  isDone = true;
  assert.deepEqual(
    results,
    items.map((item) => item * 2),
  );
  assert.equal(maxRunning, 10);
  assert.ok(turns >= 100, `other tasks had ${turns} turns`);
});

test("an error stops it, and an empty list needs no work", async () => {
  const done: number[] = [];
  const broken = mapInChunks([1, 2, 3, 4], 2, async (item) => {
    done.push(item);
    assert.notEqual(item, 2, "broken");
  });
  await assert.rejects(broken, /broken/);
  assert.deepEqual(done, [1, 2]);
  assert.deepEqual(await mapInChunks([], 2, async () => assert.fail()), []);
});
