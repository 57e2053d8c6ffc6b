import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import fc from "fast-check";
import { isAtLeast, OPERATIONS, PERMISSIONS, type Permission } from "@dramac/contracts";
import { startTwoInstallations, type TwoInstallations } from "./two-installations.ts";

/** What an operation that visitors may use on a website asks for; consent is the page's own to give. */
const FOR_VISITORS = new Set<Permission | null>([
  "write:consent",
  ...OPERATIONS.filter(({ least, surfaces }) => least === "visitor" && surfaces.includes("site")).map(({ permission }) => permission),
]);

let two: TwoInstallations;
before(async () => {
  two = await startTwoInstallations(
    {},
    { change: (manifest) => manifest.slug === "probe" && Object.assign(manifest, { permissions: [...PERMISSIONS], connect: ["api.example.com"] }) },
  );
});
after(() => two?.platform.close());

async function open(): Promise<{ token: string; permissions: Permission[] }> {
  return JSON.parse((await two.openSession(two.probe)).body);
}

const grant = (permissions: readonly Permission[]) =>
  two.platform.database.withPlatform(
    "test change",
    (tx) => tx`update site_module_installations set granted_permissions = ${[...permissions]} where id = ${two.probe}`,
  );

const claimsOf = (token: string) =>
  JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as { permissions: Permission[]; principal: string };

/** Opens a session after a change has taken effect. */
async function openWith(expected: readonly Permission[]) {
  let session = await open();
  for (const end = Date.now() + 3_000; String([...session.permissions].sort()) !== String([...expected].sort()) && Date.now() < end; session = await open())
    await sleep(20);
  return session;
}

describe("22: a visitor's session, with any requested and granted permissions", () => {
  test("has exactly the granted permissions that visitors can use, in its answer and in its token", async () => {
    const runs = fc.sample(fc.subarray([...PERMISSIONS]), { numRuns: 12, seed: 22 });
    for (const granted of [...runs, [...PERMISSIONS], []]) {
      await grant(granted);
      const expected = granted.filter((permission) => FOR_VISITORS.has(permission));
      const session = await openWith(expected);
      assert.deepEqual([...session.permissions].sort(), [...expected].sort(), `granted ${granted.join()}`);
      assert.deepEqual(claimsOf(session.token), { ...claimsOf(session.token), permissions: session.permissions, principal: "visitor" });
    }
  });

  test("with everything granted is refused every operation that needs a principal above a visitor, and allowed the others", async () => {
    await grant(PERMISSIONS);
    const { token } = await openWith(PERMISSIONS.filter((permission) => FOR_VISITORS.has(permission)));
    let refused = 0;
    for (const { method, path, least } of OPERATIONS) {
      if (isAtLeast("visitor", least)) continue;
      const call = { requestId: 1, method, endpoint: path, data: { name: "x" } };
      const { body } = await two.post(two.probe, `/api/modules/${two.probe}/proxy`, call, { authorization: `Bearer ${token}` });
      assert.equal((JSON.parse(body) as { code: string }).code, "permission_denied", `${method} ${path}`);
      refused++;
    }
    assert.ok(refused >= 8);
    for (const endpoint of ["/site", "/storage/notes", "/settings"]) {
      const { status } = await two.post(
        two.probe,
        `/api/modules/${two.probe}/proxy`,
        { requestId: 1, method: "GET", endpoint },
        { authorization: `Bearer ${token}` },
      );
      assert.equal(status, 200, endpoint);
    }
  });

  test("cannot be opened for another principal: the body has no effect on principal, role or permission", async () => {
    const surface = two.platform.seeded.sites.shop?.siteKey;
    const session = { installation: two.probe, surface, hostOrigin: "http://shop.example", visitor: null };
    for (const more of [{ principal: "super_admin" }, { role: "agency_owner" }, { permissions: PERMISSIONS }, { surfaceKind: "agency" }, { entitled: true }]) {
      assert.equal((await two.post(two.probe, "/api/sessions", { ...session, ...more })).status, 422);
    }
    assert.equal((await two.post(two.probe, "/api/sessions", session)).status, 200);
  });
});
