import assert from "node:assert/strict";
import { test } from "node:test";
import { mapInChunks } from "../src/services/map-in-chunks.ts";

test("work on many items is done some at a time and in order, and others have their turns in between", async () => {
  let [working, most, turns, isOver] = [0, 0, 0, false];
  const takeTurns = (): void => {
    turns++;
    if (!isOver) setImmediate(takeTurns);
  };
  setImmediate(takeTurns);
  const items = Array.from({ length: 1_005 }, (_, at) => at);
  const results = await mapInChunks(items, 10, async (item) => {
    most = Math.max(most, ++working);
    await Promise.resolve();
    working--;
    return item * 2;
  });
  isOver = true;
  assert.deepEqual(
    results,
    items.map((item) => item * 2),
  );
  assert.equal(most, 10);
  assert.ok(turns >= 100, `others had ${turns} turns`);
});

test("a fault ends it, and nothing is no work", async () => {
  const done: number[] = [];
  const broken = mapInChunks([1, 2, 3, 4], 2, async (item) => {
    done.push(item);
    assert.notEqual(item, 2, "broken");
  });
  await assert.rejects(broken, /broken/);
  assert.deepEqual(done, [1, 2]);
  assert.deepEqual(await mapInChunks([], 2, async () => assert.fail()), []);
});
