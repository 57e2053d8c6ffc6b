import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { differences } from "../src/conflict-view.ts";
import { isMatch, STAGES, stageBeside, sumByStage } from "../src/lead.ts";
import { formatMoney, parseAmount, plainAmount } from "../src/money.ts";
import { readLead } from "../src/read-lead.ts";
import { lead } from "./leads.ts";

for (const [from, steps, to] of [
  ["new", 1, "contacted"],
  ["contacted", -1, "new"],
  ["new", -1, "new"],
  ["lost", 1, "lost"],
  ["proposal", -9, "new"],
  ["proposal", 9, "lost"],
] as const) {
  test(`${steps} stages from ${from} is ${to}`, () => assert.equal(stageBeside(from, steps), to));
}

describe("a search", () => {
  const ada = lead({ name: "Ada Mill", company: "Harbour", notes: "met in Vienna" });
  for (const [search, isFound] of [
    ["", true],
    ["ada", true],
    ["HARBOUR", true],
    ["vienna ada", true],
    ["ada berlin", false],
  ] as const) {
    test(`for "${search}" ${isFound ? "finds" : "does not find"} her`, () => assert.equal(isMatch(ada, search), isFound));
  }
});

test("sums are in the board's order, also those of empty stages", () => {
  assert.deepEqual(sumByStage([lead({ valueCents: 100 }), lead({ valueCents: 50 }), lead({ stage: "won", valueCents: 7 })]), [
    { stage: "new", count: 2, valueCents: 150 },
    { stage: "contacted", count: 0, valueCents: 0 },
    { stage: "proposal", count: 0, valueCents: 0 },
    { stage: "won", count: 1, valueCents: 7 },
    { stage: "lost", count: 0, valueCents: 0 },
  ]);
});

describe("a form", () => {
  const typed = { name: " Ada ", email: "", company: "", value: "1200,5", stage: "won", notes: "" };
  test("is read as a lead", () => assert.deepEqual(readLead(typed, "EUR"), { lead: lead({ valueCents: 120_050, stage: "won" }) }));
  for (const [field, value] of [
    ["name", " "],
    ["email", "ada@"],
    ["value", "much"],
    ["value", "1.234"],
    ["value", "-1"],
  ] as const) {
    test(`with ${field} "${value}" has an issue there alone`, () => {
      const read = readLead({ ...typed, [field]: value }, "EUR");
      assert.deepEqual("issues" in read && Object.keys(read.issues), [field]);
    });
  }
});

test("amounts are read and written with their currency's decimals", () => {
  assert.deepEqual([parseAmount("", "EUR"), parseAmount("12", "JPY"), parseAmount("1.5", "JPY")], [0, 12, undefined]);
  assert.deepEqual([plainAmount(120_050, "EUR"), plainAmount(12, "JPY")], ["1200.50", "12"]);
  assert.deepEqual([formatMoney(120_000, "EUR", "en"), formatMoney(120_050, "EUR", "en")], ["€1,200", "€1,200.50"]);
});

test("differences between two versions are listed as text", () => {
  assert.deepEqual(differences(lead({ stage: "won", valueCents: 5 }), lead({ notes: "n", valueCents: 5 }), String), [
    { name: "Stage", theirs: "Won", mine: "New" },
    { name: "Notes", theirs: "", mine: "n" },
  ]);
});

test("the manifest has the same stages", () => {
  const { collections } = JSON.parse(readFileSync(new URL("../manifest.json", import.meta.url), "utf8"));
  assert.deepEqual(collections.leads.schema.properties.stage.enum, [...STAGES]);
});
