import { LIMITS } from "@dramac/contracts/limits";
import { assert } from "chai";
import { createSizeGovernor, type Size } from "../src/size-governor.ts";

const FAST = { ...LIMITS, resizesPerSecond: 50 };
const pause = () => new Promise((resolve) => setTimeout(resolve, 60));

function governed() {
  const sizes: number[] = [];
  const { want } = createSizeGovernor(
    FAST,
    ({ height }: Size) => sizes.push(height),
    () => assert.fail("no loop here"),
  );
  return { sizes, want };
}

describe("size governor", () => {
  it("applies the first size at once and the last one later, and drops those between", async () => {
    const { sizes, want } = governed();
    for (const height of [100, 200, 300, 400]) want({ height });
    assert.deepEqual(sizes, [100]);
    await pause();
    assert.deepEqual(sizes, [100, 400]);
  });

  it("ignores a size that was measured before the frame had its width", () => {
    const { sizes, want } = governed();
    want({ height: 641, innerWidth: innerWidth - 1 });
    want({ height: 457, innerWidth });
    assert.deepEqual(sizes, [457]);
  });

  it("ignores tiny shrinks, not larger ones", async () => {
    const { sizes, want } = governed();
    want({ height: 100 });
    want({ height: 97 });
    await pause();
    want({ height: 90 });
    await pause();
    assert.deepEqual(sizes, [100, 90]);
  });

  for (const [how, width] of [
    ["slowly", () => undefined],
    ["with another width each time", (turn: number) => turn % 2],
  ] as const) {
    it(`breaks a loop that turns ${how}`, async () => {
      const sizes: number[] = [];
      let loops = 0;
      const { want } = createSizeGovernor(
        FAST,
        ({ height }) => sizes.push(height),
        () => loops++,
      );
      for (let turn = 0; turn < 16; turn++) {
        want({ height: turn % 2 ? 10 : 3_000, width: width(turn) });
        await pause();
      }
      assert.equal(loops, 1);
      assert.equal(sizes.at(-1), 3_000);
    });
  }

  it("breaks a loop of growing and shrinking, and reports it once", async () => {
    const sizes: number[] = [];
    let loops = 0;
    const { want } = createSizeGovernor(
      FAST,
      ({ height }) => {
        sizes.push(height);
        // Like a page whose layout depends on the frame's height: each size makes the module want the other one.
        queueMicrotask(() => want({ height: height === 100 ? 200 : 100 }));
      },
      () => loops++,
    );
    want({ height: 100 });
    await new Promise((resolve) => setTimeout(resolve, 800));
    assert.equal(loops, 1);
    assert.equal(sizes.at(-1), 200, "it may only grow");
    assert.isBelow(sizes.length, 14);
  });
});
