import assert from "node:assert/strict";
import { test } from "node:test";
import { createAttempts } from "../src/attempt.ts";

test("the same message keeps its id; a changed message gets another one", () => {
  let last = 0;
  const nameOf = createAttempts(() => String(++last));
  assert.equal(nameOf({ message: "Hello" }), "1");
  assert.equal(nameOf({ message: "Hello" }), "1");
  assert.equal(nameOf({ message: "Hello, again" }), "2");
  assert.equal(nameOf({ message: "Hello" }), "3");
});
