import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { cell, toCsv } from "../src/csv.ts";
import { invoice } from "./invoices.ts";

describe("a cell", () => {
  for (const [text, written] of [
    ["Mill", "Mill"],
    ["Mill, Sons", '"Mill, Sons"'],
    ['The "Mill"', '"The ""Mill"""'],
    ["two\nlines", '"two\nlines"'],
    ["=1+1", "'=1+1"],
    ["+49 30", "'+49 30"],
    ["-1", "'-1"],
    ["@sum", "'@sum"],
    ['=HYPERLINK("https://evil.example","x")', `"'=HYPERLINK(""https://evil.example"",""x"")"`],
    ["a=b", "a=b"],
    ["", ""],
  ] as const) {
    test(`of ${JSON.stringify(text)} is ${written}`, () => assert.equal(cell(text), written));
  }
});

test("a table has a header, amounts without currency or separators, lines that end in CRLF, and no byte order mark", () => {
  const table = toCsv([invoice({ customer: "Ä, B" }), invoice({ number: 2, label: "INV-0002", currency: "JPY", status: "paid" })]);
  assert.equal(
    table,
    [
      "Number,Status,Customer,E-mail,Issued,Due,Currency,Net,Tax,Total",
      'INV-0001,sent,"Ä, B",mill@example.com,2026-03-01,2026-03-15,EUR,100.00,20.00,120.00',
      "INV-0002,paid,Mill & Co.,mill@example.com,2026-03-01,2026-03-15,JPY,10000,2000,12000",
      "",
    ].join("\r\n"),
  );
});
