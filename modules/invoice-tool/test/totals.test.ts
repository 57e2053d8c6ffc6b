import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { LIMITS } from "../src/invoice.ts";
import { lineCents, totalsOf } from "../src/totals.ts";

for (const [quantityMilli, unitCents, cents] of [
  [1_000, 10_000, 10_000],
  [1_500, 333, 500], // 499.5
  [500, 1, 1], // 0.5
  [499, 1, 0],
  [333, 100, 33],
  [LIMITS.quantityMilli, LIMITS.unitCents, 100_000_000_000_000],
] as const) {
  test(`${quantityMilli} thousandths at ${unitCents} cents are ${cents} cents, half-up`, () => assert.equal(lineCents({ quantityMilli, unitCents }), cents));
}

for (const [net, basisPoints, tax] of [
  [10_000, 2_000, 2_000],
  [25, 2_000, 5],
  [5, 1_000, 1], // 0.5
  [4, 1_000, 0],
  [999, 725, 72], // 72.4275
  [10_000, 0, 0],
] as const) {
  test(`${basisPoints} basis points of ${net} are ${tax}`, () =>
    assert.deepEqual(totalsOf({ lines: [{ quantityMilli: 1_000, unitCents: net }], taxBasisPoints: basisPoints }), {
      netCents: net,
      taxCents: tax,
      totalCents: net + tax,
    }));
}

test("the tax is computed on the sum, not on each line: three times 0.3 cents are one cent", () => {
  const line = { quantityMilli: 1_000, unitCents: 3 };
  assert.equal(totalsOf({ lines: [line, line, line], taxBasisPoints: 1_000 }).taxCents, 1);
});

const anyLine = fc.record({ quantityMilli: fc.integer({ min: 1, max: LIMITS.quantityMilli }), unitCents: fc.integer({ min: 0, max: LIMITS.unitCents }) });
const anyBill = fc.record({ lines: fc.array(anyLine, { minLength: 1, maxLength: LIMITS.lines }), taxBasisPoints: fc.integer({ min: 0, max: 10_000 }) });

test("for any invoice the amounts are whole cents, exact as a number, and at most half a cent from the exact result", () => {
  fc.assert(
    fc.property(anyBill, (bill) => {
      const { netCents, taxCents, totalCents } = totalsOf(bill);
      for (const cents of [netCents, taxCents, totalCents]) assert.ok(Number.isSafeInteger(cents));
      assert.equal(totalCents, netCents + taxCents);
      assert.equal(
        netCents,
        bill.lines.map(lineCents).reduce((sum, cents) => sum + cents, 0),
      );
      // Twice the distance, in ten-thousandths of a cent, as exact integers: from −1/2 (left out) to +1/2.
      const off = BigInt(taxCents) * 20_000n - BigInt(netCents) * BigInt(bill.taxBasisPoints) * 2n;
      assert.ok(off > -10_000n && off <= 10_000n);
      for (const { quantityMilli, unitCents } of bill.lines) {
        const offLine = BigInt(lineCents({ quantityMilli, unitCents })) * 2_000n - BigInt(quantityMilli) * BigInt(unitCents) * 2n;
        assert.ok(offLine > -1_000n && offLine <= 1_000n);
      }
    }),
  );
});

test("the order of the lines does not change the totals", () => {
  fc.assert(fc.property(anyBill, (bill) => assert.deepEqual(totalsOf({ ...bill, lines: [...bill.lines].reverse() }), totalsOf(bill))));
});
