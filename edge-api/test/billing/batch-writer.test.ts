import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { createBatchWriter } from "../../src/billing/webhook/batch-writer.ts";
import { DatabaseUnavailable } from "../../src/db/errors.ts";

/** A writer that finishes a write when the test lets it, and records its batches. */
function slowWriter(fails: (items: readonly number[]) => Error | undefined = () => undefined) {
  const batches: (readonly number[])[] = [];
  const gates: (() => void)[] = [];
  const add = createBatchWriter(async (items: readonly number[]) => {
    batches.push(items);
    await new Promise<void>((open) => gates.push(open));
    const fault = fails(items);
    if (fault) throw fault;
    return items.map((item) => item * 10);
  });
  async function finish(): Promise<void> {
    while (gates.length) {
      gates.shift()?.();
      await new Promise((resolve) => setImmediate(resolve));
    }
  }
  return { add, batches, finish };
}

describe("batch writer", () => {
  it("writes single items at once, and items that come meanwhile together", async () => {
    const { add, batches, finish } = slowWriter();
    const results = Promise.all([1, 2, 3, 4, 5].map(add));
    assert.deepEqual(batches, [[1], [2]]);
    await finish();
    assert.deepEqual(await results, [10, 20, 30, 40, 50]);
    assert.deepEqual(batches, [[1], [2], [3, 4, 5]]);
  });

  it("puts at most 25 items into a batch", async () => {
    const { add, batches, finish } = slowWriter();
    const results = Promise.all(Array.from({ length: 120 }, (_, index) => add(index)));
    await finish();
    assert.equal((await results).length, 120);
    assert.deepEqual(
      batches.map(({ length }) => length),
      [1, 1, 25, 25, 25, 25, 18],
    );
  });

  it("writes the other items of a batch if one cannot be written", async () => {
    const { add, finish } = slowWriter((items) => (items.includes(4) ? new Error("no") : undefined));
    const results = Promise.allSettled([1, 2, 3, 4, 5].map(add));
    await finish();
    assert.deepEqual(
      (await results).map(({ status }) => status),
      ["fulfilled", "fulfilled", "fulfilled", "rejected", "fulfilled"],
    );
  });

  it("rejects the whole batch while the database is unavailable, and writes later items", async () => {
    let isAvailable = false;
    const { add, batches, finish } = slowWriter(() => (isAvailable ? undefined : new DatabaseUnavailable()));
    const results = Promise.allSettled([1, 2, 3, 4, 5].map(add));
    await finish();
    assert.ok((await results).every(({ status }) => status === "rejected"));
    assert.equal(batches.length, 3);
    isAvailable = true;
    const later = add(6);
    await finish();
    assert.equal(await later, 60);
  });
});
