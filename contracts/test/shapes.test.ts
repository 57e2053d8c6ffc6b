import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import type { z } from "zod";
import { compileMessages } from "../scripts/compile-shapes.ts";
import { BLOB_MESSAGES, MODULE_MESSAGES } from "../src/module-messages.ts";
import { SHELL_TO_PAGE } from "../src/page-messages.ts";
import { findInvalidPath } from "../src/shape.ts";

const SCHEMAS: Record<string, z.ZodObject> = { ...MODULE_MESSAGES, ...BLOB_MESSAGES, ...SHELL_TO_PAGE };

/** Values that come near a message: its own keys, with sensible and senseless contents. */
function nearlyMessages(type: string, schema: z.ZodObject): fc.Arbitrary<unknown> {
  const value = fc.oneof(
    fc.string(),
    fc.integer({ min: -5, max: 30_000 }),
    fc.double(),
    fc.boolean(),
    fc.constantFrom(null, undefined),
    fc.constantFrom("open", "close", "GET", "PATCH", "ready", "x".repeat(600)),
    fc.dictionary(fc.constantFrom("functional", "analytics", "other"), fc.boolean()),
    fc.array(fc.integer()),
  );
  const typeField = fc.oneof({ weight: 9, arbitrary: fc.constant(type) }, { weight: 1, arbitrary: fc.constantFrom<unknown>("OTHER", [type], undefined) });
  const keys = Object.fromEntries(Object.keys(schema.shape).map((key) => [key, key === "type" ? typeField : value]));
  return fc.oneof(
    fc.record(keys, { requiredKeys: [] }),
    fc.tuple(fc.record(keys), fc.record({ extra: value })).map(([message, extra]) => ({ ...message, ...extra })),
    fc.anything(),
  );
}

const TABLE = compileMessages(SCHEMAS);

describe("a compiled shape agrees with its schema", () => {
  for (const [type, schema] of Object.entries(SCHEMAS)) {
    test(type, () => {
      let accepted = 0;
      fc.assert(
        fc.property(nearlyMessages(type, schema), (value) => {
          const isGood = schema.safeParse(value).success;
          if (isGood) accepted++;
          assert.equal(findInvalidPath(TABLE, value) === undefined, isGood, fc.stringify(value));
        }),
        { numRuns: 500, seed: 7 },
      );
      if (type === "PONG" || type === "RESIZE") assert.ok(accepted > 0, "some values are accepted");
    });
  }
});

test("names where a message breaks its schema", () => {
  const good = { type: "API_REQUEST", requestId: 1, method: "GET", endpoint: "/site" };
  assert.equal(findInvalidPath(TABLE, good), undefined);
  assert.equal(findInvalidPath(TABLE, { ...good, method: "TRACE" }), "/method");
  assert.equal(findInvalidPath(TABLE, { ...good, extra: 1 }), "/extra");
  assert.equal(findInvalidPath(TABLE, { ...good, requestId: Number.POSITIVE_INFINITY }), "/requestId");
  assert.equal(findInvalidPath(TABLE, JSON.parse('{"__proto__":{"type":"API_REQUEST"}}')), "/type");
});
