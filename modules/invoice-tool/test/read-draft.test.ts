import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { readDraft, type TypedDraft } from "../src/read-draft.ts";

const good: TypedDraft = {
  customer: " Mill ",
  email: "",
  address: "",
  issuedOn: "2026-03-01",
  dueOn: "2026-03-01",
  note: "",
  tax: "7,25",
  lines: [{ text: " Work ", quantity: "1.5", unit: "12,50" }],
};
const line = (change: object) => ({ lines: [{ text: "Work", quantity: "1", unit: "1", ...change }] });

test("a complete form is read as a draft in whole units", () => {
  const { draft } = readDraft(good, 2) as { draft: { customer: string; taxBasisPoints: number; lines: unknown } };
  assert.deepEqual([draft.customer, draft.taxBasisPoints], ["Mill", 725]);
  assert.deepEqual(draft.lines, [{ text: "Work", quantityMilli: 1_500, unitCents: 1_250 }]);
});

describe("an issue is reported for its input alone", () => {
  for (const [input, change] of [
    ["customer", { customer: "  " }],
    ["email", { email: "mill" }],
    ["issuedOn", { issuedOn: "" }],
    ["dueOn", { dueOn: "" }],
    ["dueOn", { dueOn: "2026-02-28" }],
    ["tax", { tax: "" }],
    ["tax", { tax: "100.01" }],
    ["lines", { lines: [] }],
    ["text-0", line({ text: " " })],
    ["quantity-0", line({ quantity: "0" })],
    ["quantity-0", line({ quantity: "100000.001" })],
    ["unit-0", line({ unit: "a lot" })],
    ["unit-0", line({ unit: "10000000.01" })],
  ] as const) {
    test(`${input}: ${JSON.stringify(change)}`, () => {
      const read = readDraft({ ...good, ...change }, 2);
      assert.deepEqual("issues" in read && Object.keys(read.issues), [input]);
    });
  }
});
