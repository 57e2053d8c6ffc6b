import assert from "node:assert/strict";
import { test } from "node:test";
import fc from "fast-check";
import { SURFACE_KINDS } from "../src/hooks.ts";
import { CONSENT_OPERATION, effectivePermissions, findOperation, isAtLeast, OPERATIONS, PERMISSIONS, type Permission, PRINCIPALS } from "../src/permissions.ts";

const subset = fc.subarray([...PERMISSIONS]);

/** Permissions whose every operation needs more than a visitor. */
const PRIVILEGED = PERMISSIONS.filter((permission) => {
  const using = OPERATIONS.filter((operation) => operation.permission === permission);
  return using.length > 0 && using.every(({ least }) => !isAtLeast("visitor", least));
});

test("22: a visitor never holds a permission above its level, for any manifest and grant, on any surface", () => {
  assert.ok(["write:settings", "read:agency", "read:client", "access:billing", "read:analytics"].every((one) => PRIVILEGED.includes(one as never)));
  fc.assert(
    fc.property(subset, subset, fc.constantFrom(...SURFACE_KINDS), (manifest, granted, surface) => {
      const held = effectivePermissions({ manifest, granted, principal: "visitor", surface, entitled: true });
      return held.every((permission) => !PRIVILEGED.includes(permission) && manifest.includes(permission) && granted.includes(permission));
    }),
    { numRuns: 2_000 },
  );
});

test("22: a principal holds exactly the permissions that one of its operations uses on that surface", () => {
  fc.assert(
    fc.property(
      fc.record({
        manifest: subset,
        granted: subset,
        surface: fc.constantFrom(...SURFACE_KINDS),
        principal: fc.constantFrom(...PRINCIPALS),
        entitled: fc.boolean(),
      }),
      (from) => {
        const { manifest, granted, surface, principal, entitled } = from;
        const held = new Set(effectivePermissions(from));
        const isUsable = (permission: Permission) =>
          permission === CONSENT_OPERATION.permission ||
          OPERATIONS.some(
            (one) => one.permission === permission && one.surfaces.includes(surface) && PRINCIPALS.indexOf(one.least) <= PRINCIPALS.indexOf(principal),
          );
        for (const permission of PERMISSIONS) {
          const shall = entitled && manifest.includes(permission) && granted.includes(permission) && isUsable(permission);
          assert.equal(held.has(permission), shall, `${permission} of a ${principal} on a ${surface}`);
        }
      },
    ),
    { numRuns: 2_000 },
  );
});

test("22: a higher principal holds all permissions of a lower one", () => {
  fc.assert(
    fc.property(subset, subset, fc.constantFrom(...SURFACE_KINDS), (manifest, granted, surface) => {
      const [visitor, ...above] = PRINCIPALS.map((principal) => effectivePermissions({ manifest, granted, principal, surface, entitled: true }));
      let least = visitor ?? [];
      for (const held of above) {
        assert.ok(least.every((permission) => held.includes(permission)));
        least = held;
      }
    }),
  );
});

test("a permission needs manifest, grant and an operation; without entitlement none is held", () => {
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
