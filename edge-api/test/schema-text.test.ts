import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { z } from "zod";
import { schemaOf } from "../src/description/openapi.ts";
import { schemaText } from "../src/description/schema-text.ts";

const input = (schema: z.ZodType) => schemaText(schemaOf(schema, "input"));

describe("the text of a schema", () => {
  for (const [name, schema, text] of [
    ["a format instead of its pattern", z.uuid(), "uuid"],
    ["a short pattern", z.string().regex(/^[A-Z]{3}$/), "string /^[A-Z]{3}$/"],
    ["the length of a string", z.string().min(1).max(80), "string (1–80 characters)"],
    ["a shortest length alone", z.string().min(8), "string (≥ 8 characters)"],
    ["an integer, without the bounds of JavaScript", z.number().int(), "integer"],
    ["the bounds of an integer", z.number().int().min(1).max(100), "integer 1–100"],
    ["a lower bound of zero", z.number().int().min(0), "integer ≥ 0"],
    ["values", z.enum(["a", "b"]), '"a" | "b"'],
    ["a literal", z.literal(true), "true"],
    ["null as a variant", z.string().nullable(), "string | null"],
    ["a list", z.array(z.uuid()).max(3), "uuid[] (≤ 3 items)"],
    ["a list of variants", z.array(z.enum(["a", "b"])), '("a" | "b")[]'],
    ["anything", z.unknown(), "any"],
    ["names that are not fixed", z.record(z.string(), z.number()), "{ [name]: number }"],
    ["an empty object", z.strictObject({}), "{}"],
  ] as const) {
    test(`shows ${name}`, () => assert.equal(input(schema), text));
  }

  test("indents objects, marks optional properties, shows defaults, and leaves out what is forbidden", () => {
    const schema = z.strictObject({
      name: z.string(),
      note: z.string().optional(),
      limit: z.number().default(50),
      private: z.never().optional(),
      items: z.array(z.strictObject({ id: z.uuid() })),
    });
    assert.equal(input(schema), "{\n  name: string\n  note?: string\n  limit?: number = 50\n  items: {\n    id: uuid\n  }[]\n}");
  });
});
