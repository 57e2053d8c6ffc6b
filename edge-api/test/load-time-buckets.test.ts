import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { percentile } from "../src/services/load-time-buckets.ts";

/** Bucket counts with the given numbers of loads. */
const counts = (filled: Readonly<Record<number, number>>): number[] => Array.from({ length: 27 }, (_, bucket) => filled[bucket] ?? 0);

describe("a percentile", () => {
  test("is interpolated within its bucket", () => {
    const half = counts({ 5: 50, 9: 50 });
    assert.equal(percentile(half, 0.25, 10_000), 125, "between 100 and 150");
    assert.equal(percentile(half, 0.5, 10_000), 150);
    assert.equal(percentile(half, 0.75, 10_000), 350, "between 300 and 400");
  });

  test("is at most the longest measured time", () => {
    assert.equal(percentile(counts({ 5: 1 }), 0.95, 104), 104);
    assert.equal(percentile(counts({ 26: 4 }), 0.5, 80_000), 70_000, "the middle between 60 s and the longest time");
  });

  test("of no loads is undefined", () => assert.equal(percentile(counts({}), 0.5, 0), undefined));
});
