import assert from "node:assert/strict";
import { test } from "node:test";
import { isLikelyBot, validate } from "../src/validate.ts";

const good = { name: "Ada", email: "ada@example.com", phone: "", message: "Hello" };

test("a complete message has no faults", () => assert.deepEqual(validate(good), {}));

for (const [field, value] of [
  ["name", ""],
  ["email", ""],
  ["email", "ada"],
  ["email", "a b@c.d"],
  ["message", ""],
  ["message", "x".repeat(4_001)],
  ["phone", "1".repeat(41)],
] as const) {
  test(`${field} "${value.slice(0, 8)}" is refused, and nothing else`, () => {
    assert.deepEqual(Object.keys(validate({ ...good, [field]: value })), [field]);
  });
}

test("people pass, programs are asked again", () => {
  assert.equal(isLikelyBot("", 5_000), false);
  assert.equal(isLikelyBot("http://spam.example", 5_000), true);
  assert.equal(isLikelyBot("", 100), true);
});
