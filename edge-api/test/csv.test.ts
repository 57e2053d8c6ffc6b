import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { writeCsv } from "../src/management/csv.ts";

describe("comma-separated values", () => {
  const cell = (text: string) => writeCsv(["a"], [[text]]).slice("a\r\n".length, -2);

  it("are quoted only where they have to be", () => {
    assert.equal(
      writeCsv(
        ["a", "b"],
        [
          ["one, two", 'say "hi"'],
          ["three", null],
        ],
      ),
      'a,b\r\n"one, two","say ""hi"""\r\nthree,\r\n',
    );
    assert.equal(cell("two\r\nlines"), '"two\r\nlines"');
    assert.equal(cell("Müller & Söhne"), "Müller & Söhne");
  });

  it("are never run as formulas by a spreadsheet", () => {
    for (const formula of ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\n=1", "\r=1"]) assert.match(cell(formula), /^"?'/, JSON.stringify(formula));
    for (const harmless of ["1+1", "a=b", "it's"]) assert.equal(cell(harmless), harmless);
  });

  it("contain amounts as numbers, with the decimals of their currency", () => {
    const amounts = (
      [
        [-5, "USD"],
        [0, "EUR"],
        [123_456_789_012_345, "USD"],
        [-1_050, "JPY"],
        [1_234, "KWD"],
      ] as const
    ).map(([amount, currency]) => ({ amount, currency }));
    assert.equal(writeCsv(["a", "b", "c", "d", "e"], [amounts]).split("\r\n")[1], "-0.05,0.00,1234567890123.45,-1050,1.234");
  });

  it("have the same number of cells in every record", () => {
    assert.throws(() => writeCsv(["a", "b"], [["one"]]), RangeError);
  });
});
