import assert from "node:assert/strict";
import { test } from "node:test";
import { createId } from "@dramac/module-kit";

test("an id has 32 hexadecimal digits, and no two ids are equal", () => {
  const ids = Array.from({ length: 1_000 }, createId);
  for (const id of ids) assert.match(id, /^[0-9a-f]{32}$/);
  assert.equal(new Set(ids).size, ids.length);
});
