import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SURFACE_KINDS } from "../src/hooks.ts";
import { effectivePermissions, findOperation, isAtLeast, OPERATIONS, PERMISSIONS } from "../src/permissions.ts";

const subset = fc.subarray([...PERMISSIONS]);

/** Permissions whose every operation needs more than a visitor. */
const PRIVILEGED = PERMISSIONS.filter((permission) => {
  const using = OPERATIONS.filter((operation) => operation.permission === permission);
  return using.length > 0 && using.every(({ least }) => !isAtLeast("visitor", least));
});

test("a visitor never holds a permission that is above it, whatever is asked and granted", () => {
  assert.ok(PRIVILEGED.includes("write:settings") && PRIVILEGED.includes("read:agency"));
  fc.assert(
    fc.property(subset, subset, fc.constantFrom(...SURFACE_KINDS), (manifest, granted, surface) => {
      const held = effectivePermissions({ manifest, granted, principal: "visitor", surface, entitled: true });
      return held.every((permission) => !PRIVILEGED.includes(permission) && manifest.includes(permission) && granted.includes(permission));
    }),
  );
});

test("what is asked, granted and usable is held; without entitlement nothing is", () => {
  const from = { manifest: ["read:site", "send:email"], granted: ["read:site"], principal: "visitor", surface: "site" } as const;
  assert.deepEqual(effectivePermissions({ ...from, entitled: true }), ["read:site"]);
  assert.deepEqual(effectivePermissions({ ...from, entitled: false }), []);
});

test("operations are found by method and path, and nothing else is", () => {
  assert.deepEqual(findOperation("GET", "/storage/notes/1")?.parameters, ["notes", "1"]);
  assert.deepEqual(findOperation("GET", "/connect/api.example.com/v1/x")?.parameters, ["api.example.com/v1/x"]);
  for (const [method, endpoint] of [
    ["GET", "/storage"],
    ["GET", "/storage//1"],
    ["TRACE", "/site"],
    ["GET", "/site/"],
    ["GET", "site"],
    ["GET", "/__proto__"],
  ] as const) {
    assert.equal(findOperation(method, endpoint), undefined, `${method} ${endpoint}`);
  }
});
