import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { generateMutants } from "../mutants/generate-mutants.ts";

/** The text of every mutant of a piece of code. */
const mutate = (code: string): string[] =>
  generateMutants("example.ts", code).map(({ start, end, text }) => (code.slice(0, start) + text + code.slice(end)).replace(/\s+/g, " "));

describe("mutants of a file", () => {
  for (const [what, code, mutants] of [
    ["a guard", "if (a) throw b;", ["if (false) throw b;", "if (true) throw b;"]],
    ["operands of a chain, each once", "x = a && b && c;", ["x = b && c;", "x = a && c;", "x = a && b;"]],
    ["a default", "x = a ?? b;", ["x = a;"]],
    ["a boundary", "x = a < b;", ["x = a <= b;"]],
    ["a sum of numbers, not of texts", 'x = a + b; y = "a" + b;', ['x = a - b; y = "a" + b;']],
    ["a choice", "x = a ? b : c;", ["x = true ? b : c;", "x = false ? b : c;"]],
    ["a call whose result is not used", "await audit(a);", [";"]],
    ["a filter, and any or all", "x = a.filter(b).some(c);", ["x = a.some(c);", "x = a.filter(b).every(c);"]],
    [
      "conditions and locks of SQL",
      "x = tx`select a from b where c = ${d} and (e = ${f({ g })} or h) for update`;",
      [
        "x = tx`select a from b where true and (e = ${f({ g })} or h) for update`;",
        "x = tx`select a from b where c = ${d} for update`;",
        "x = tx`select a from b where c = ${d} and (e = ${f({ g })} or h) `;",
      ],
    ],
    [
      "no half of between",
      "x = tx`select 1 where a between 1 and 2 and b`;",
      ["x = tx`select 1 where true and b`;", "x = tx`select 1 where a between 1 and 2`;"],
    ],
  ] as const) {
    test(what, () =>
      assert.deepEqual(
        mutate(code).map((text) => text.trim()),
        mutants.map((text) => text.trim()),
      ),
    );
  }

  test("name their line and what changed", () => {
    const [first] = generateMutants("example.ts", "\n\nif (a) return;");
    assert.deepEqual([first?.line, first?.description], [3, "a guard never holds: a → false"]);
  });
});
