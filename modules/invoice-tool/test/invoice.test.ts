import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { addDays, formatDay, today } from "../src/day.ts";
import { differences } from "../src/difference.ts";
import { isOverdue, LIMITS, STATUSES } from "../src/invoice.ts";
import { summarise } from "../src/summary.ts";
import { invoice } from "./invoices.ts";

test("an invoice is overdue when it was sent and was due before today", () => {
  assert.equal(isOverdue(invoice({ dueOn: "2026-03-15" }), "2026-03-16"), true);
  assert.equal(isOverdue(invoice({ dueOn: "2026-03-15" }), "2026-03-15"), false);
  for (const status of ["draft", "paid", "cancelled"] as const) assert.equal(isOverdue(invoice({ status }), "2027-01-01"), false);
});

test("a summary adds up open invoices by currency", () => {
  const all = [invoice(), invoice({ dueOn: "2026-01-01" }), invoice({ currency: "USD" }), invoice({ status: "paid" }), invoice({ status: "draft" })];
  assert.deepEqual(summarise(all, "2026-03-10"), {
    open: new Map([
      ["EUR", 24_000],
      ["USD", 12_000],
    ]),
    openCount: 3,
    overdueCount: 1,
  });
});

test("today depends on the member's time zone, and no time zone changes a due day", () => {
  assert.equal(today(new Date("2026-03-09T23:30:00Z"), "Europe/Berlin"), "2026-03-10");
  assert.equal(today(new Date("2026-03-09T23:30:00Z"), "UTC"), "2026-03-09");
  assert.equal(addDays("2026-02-27", 2), "2026-03-01");
  assert.match(formatDay("2026-03-01", "en-GB"), /^1 Mar 2026$/);
});

test("differences between two versions are listed, and nothing else", () => {
  const theirs = invoice({ status: "draft", customer: "Abbey", taxBasisPoints: 700 });
  assert.deepEqual(
    differences(theirs, invoice(), ({ text }) => text),
    [
      { name: "Customer", theirs: "Abbey", mine: "Mill & Co." },
      { name: "Tax", theirs: "7 %", mine: "20 %" },
    ],
  );
  const other = invoice({ status: "draft", lines: [{ text: "Play", quantityMilli: 1, unitCents: 1 }] });
  assert.deepEqual(
    differences(other, invoice(), ({ text }) => text),
    [{ name: "Lines", theirs: "Play", mine: "Work" }],
  );
});

test("the manifest's schema and the code have the same bounds", () => {
  const { collections } = JSON.parse(readFileSync(new URL("../manifest.json", import.meta.url), "utf8"));
  const { status, lines } = collections.invoices.schema.properties;
  assert.deepEqual(status.enum, [...STATUSES]);
  assert.deepEqual(
    [lines.maxItems, lines.items.properties.quantityMilli.maximum, lines.items.properties.unitCents.maximum],
    [LIMITS.lines, LIMITS.quantityMilli, LIMITS.unitCents],
  );
  assert.equal(collections.invoices.member.includes("delete"), false);
});
