import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { digitsOf, formatMoney, parseAmount, plainAmount, shortAmount } from "../src/money.ts";

describe("an amount that is typed", () => {
  for (const [text, digits, units] of [
    ["12", 2, 1_200],
    ["12.5", 2, 1_250],
    ["12,50", 2, 1_250],
    [" 0.29 ", 2, 29],
    ["1.005", 3, 1_005],
    ["1200", 0, 1_200],
  ] as const) {
    test(`"${text}" with ${digits} decimals is ${units}`, () => assert.equal(parseAmount(text, digits), units));
  }
  for (const [text, digits] of [
    ["", 2],
    ["-1", 2],
    ["1.234,50", 2],
    ["1,234", 2],
    ["1.5", 0],
    ["1e3", 2],
    ["12 €", 2],
    ["1234567890", 2],
  ] as const) {
    test(`"${text}" with ${digits} decimals is not read`, () => assert.equal(parseAmount(text, digits), undefined));
  }
});

test("each currency has its own number of decimals", () => {
  assert.deepEqual(["EUR", "JPY", "KWD"].map(digitsOf), [2, 0, 3]);
  assert.equal(formatMoney(123_450, "EUR", "en"), "€1,234.50");
  assert.equal(formatMoney(1_234, "JPY", "en"), "¥1,234");
  assert.deepEqual([plainAmount(1_230, 2), plainAmount(1_234, 0), shortAmount(1_500, 3)], ["12.30", "1234", "1.5"]);
});
