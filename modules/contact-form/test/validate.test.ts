import assert from "node:assert/strict";
import { test } from "node:test";
import { isLikelyBot, validate } from "../src/validate.ts";

const good = { name: "Ada", email: "ada@example.com", phone: "", message: "Hello" };

test("a complete message has no issues", () => assert.deepEqual(validate(good), {}));

for (const [field, value] of [
  ["name", ""],
  ["email", ""],
  ["email", "ada"],
  ["email", "a b@c.d"],
  ["message", ""],
  ["message", "x".repeat(4_001)],
  ["phone", "1".repeat(41)],
] as const) {
  test(`${field} "${value.slice(0, 8)}" has an issue, and no other field has one`, () => {
    assert.deepEqual(Object.keys(validate({ ...good, [field]: value })), [field]);
  });
}

test("a quick submission, or a filled hidden field, is taken for a program's", () => {
  assert.equal(isLikelyBot("", 5_000), false);
  assert.equal(isLikelyBot("http://spam.example", 5_000), true);
  assert.equal(isLikelyBot("", 100), true);
});
