import { LIMITS } from "@dramac/contracts/limits";
import { assert } from "chai";
import { createTokenBucket } from "../src/token-bucket.ts";

describe("token bucket", () => {
  let now = 0;
  const at = (time: number) => {
    now = time;
  };
  const bucket = () => createTokenBucket({ ...LIMITS, burst: 5, sustainedPerSecond: 2, floodFactor: 3 }, () => now);

  it("passes a burst, refuses messages over the limit, and refills with time", () => {
    at(0);
    const take = bucket();
    assert.deepEqual(Array.from({ length: 6 }, take), ["pass", "pass", "pass", "pass", "pass", "over"]);
    at(1_500);
    assert.deepEqual([take(), take(), take()], ["pass", "pass", "over"]);
  });

  it("reports a flood when the messages do not stop", () => {
    at(0);
    const take = bucket();
    const verdicts = Array.from({ length: 40 }, take);
    assert.equal(verdicts.indexOf("flood"), 20);
  });
});
