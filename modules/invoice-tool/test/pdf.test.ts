import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { PICTURE_SCALE } from "../src/pdf/canvas.ts";
import { invoicePdf } from "../src/pdf/invoice-pdf.ts";
import { encode, widthOf, widthsOfCodes, wrap } from "../src/pdf/text.ts";
import { invoice } from "./invoices.ts";

const drawn: string[] = [];
const options = {
  sender: "Harbour & Co.",
  paymentText: "To account (12) 34",
  locale: "en",
  drawPicture: (text: string) => {
    drawn.push(text);
    return { jpeg: Uint8Array.of(0xff, 0xd8, 0xff, 0xd9), width: 30 * PICTURE_SCALE, height: 14 * PICTURE_SCALE };
  },
};
const textOf = (bytes: Uint8Array) => String.fromCharCode(...bytes);

describe("the document", () => {
  test("contains everything that the invoice contains", () => {
    const text = textOf(invoicePdf(invoice({ note: "Thank you" }), options));
    for (const expected of ["INV-0001", "Mill & Co.", "Harbour & Co.", "Work", "\x80100.00", "\x80120.00", "Tax 20 %", "Thank you", "To account \\(12\\) 34"])
      assert.ok(text.includes(expected), expected);
  });

  test("has every object at the offset that its table lists", () => {
    const text = textOf(
      invoicePdf(invoice({ lines: Array.from({ length: 40 }, (_, index) => ({ text: `Line ${index}`, quantityMilli: 1_000, unitCents: 1 })) }), options),
    );
    const [, start] = /startxref\n(\d+)\n%%EOF\n$/.exec(text) as RegExpExecArray;
    const table = text.slice(Number(start));
    assert.match(table, /^xref\n0 \d+\n0000000000 65535 f \n/);
    const offsets = [...table.matchAll(/(\d{10}) 00000 n /g)].map(([, offset]) => Number(offset));
    for (const [index, offset] of offsets.entries()) assert.ok(text.slice(offset).startsWith(`${index + 1} 0 obj\n`));
    for (const [whole, length] of text.matchAll(/\/Length (\d+) >>\nstream\n/g)) {
      const from = text.indexOf(whole) + whole.length;
      assert.equal(text.slice(from + Number(length), from + Number(length) + 10), "\nendstream");
    }
    assert.match(text, /\/Count 2 /);
  });

  test("draws text that its fonts lack as a picture, and only such text", () => {
    drawn.length = 0;
    const text = textOf(invoicePdf(invoice({ customer: "株式会社", note: "Größe" }), options));
    assert.deepEqual(drawn, ["株式会社"]);
    assert.match(text, /\/Filter \/DCTDecode/);
    assert.ok(text.includes("Gr\xf6\xdfe"));
  });

  test("marks a draft, and no sent invoice", () => {
    assert.ok(textOf(invoicePdf(invoice({ status: "draft" }), options)).includes("(DRAFT)"));
    assert.ok(!textOf(invoicePdf(invoice(), options)).includes("(DRAFT)"));
  });
});

test("text is encoded in Windows-1252, or not at all", () => {
  assert.deepEqual(encode("A€é"), [0x41, 0x80, 0xe9]);
  assert.equal(encode("Ω"), undefined);
});

test("widths are those of the fonts, for every code", () => {
  assert.equal(widthOf("Total", 1_000), 611 + 556 + 278 + 556 + 222);
  assert.equal(widthOf("Total", 1_000, true), 611 + 611 + 333 + 556 + 278);
  assert.equal(widthOf("é…€", 1_000), 556 + 1_000 + 556);
  const widths = widthsOfCodes(false);
  assert.deepEqual([widths.length, widths[0], widths[0x85 - 0x20], widths[0xe9 - 0x20]], [224, 278, 1_000, 556]);
});

test("text is broken between words, and words that are too long are cut", () => {
  assert.deepEqual(wrap("one two\nthree", 10, widthOf("one two", 10)), ["one two", "three"]);
  assert.deepEqual(
    wrap("one two", 10, widthOf("one", 10)),
    ["one", "two"].flatMap((word) => wrap(word, 10, widthOf("one", 10))),
  );
  for (const part of wrap("x".repeat(100), 10, 50)) assert.ok(widthOf(part, 10) <= 50);
  assert.equal(wrap("x".repeat(100), 10, 50).join(""), "x".repeat(100));
});
