import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { issueSetupToken } from "@dramac/edge-api/setup";
import { startPlatform, type TestPlatform } from "../../src/index.ts";
import { type Agency, call, makeAgency } from "./api.ts";

let platform: TestPlatform;
let own: Agency;
let foreign: Agency;
before(async () => {
  platform = await startPlatform(() => []);
  [own, foreign] = [await makeAgency(platform, "own"), await makeAgency(platform, "foreign")];
});
after(() => platform?.close());

const keysOf = (agency: Agency) => `/api/agencies/${agency.ids.agencyId}/keys`;
const make = (key: string, body: object) => call(platform, { key, method: "POST", path: keysOf(own), body: { label: "a", role: "agency_member", ...body } });
const whoami = (key: string) => call(platform, { key, method: "GET", path: "/api/me" });

describe("a secret key", () => {
  test("is shown once, and stored only as prefix and hash", async () => {
    const { key, id, prefix } = (await make(own.keys.agency_owner, {})).body;
    assert.match(key, /^dk_live_[\w-]{43}$/);
    assert.ok(key.startsWith(prefix));
    const list = await call(platform, { key: own.keys.agency_owner, method: "GET", path: keysOf(own) });
    assert.ok(list.body.items.some((one: { id: string }) => one.id === id));
    assert.doesNotMatch(JSON.stringify(list.body), new RegExp(key.slice(20)));
    const [row] = await platform.database.withPlatform("test look-up", (tx) => tx`select *, to_jsonb(api_keys)::text as whole from api_keys where id = ${id}`);
    assert.deepEqual(row?.hash, createHash("sha256").update(key).digest());
    assert.ok(!String(row?.whole).includes(key.slice(20)));
    const [told] = await platform.database.withPlatform(
      "test look-up",
      (tx) => tx`select count(*) from audit_log where to_jsonb(audit_log)::text like ${`%${key.slice(20)}%`}`,
    );
    assert.equal(told?.count, 0n, "nor does the audit log");
  });

  test("names its role, and when it was last used", async () => {
    const { key, id } = (await make(own.keys.agency_owner, {})).body;
    assert.deepEqual((await whoami(key)).body, { keyId: id, role: "agency_member", agencyId: own.ids.agencyId, clientId: null });
    const list = await call(platform, { key: own.keys.agency_owner, method: "GET", path: keysOf(own) });
    assert.ok(list.body.items.find((one: { id: string }) => one.id === id).lastUsedAt);
  });

  test("works until it is revoked", async () => {
    const { key, id } = (await make(own.keys.agency_owner, {})).body;
    assert.equal((await whoami(key)).status, 200);
    assert.ok((await call(platform, { key: own.keys.agency_admin, method: "DELETE", path: `${keysOf(own)}/${id}` })).body.revokedAt);
    assert.equal((await whoami(key)).body.code, "unauthorized");
  });

  test("works until it expires", async () => {
    const { key, id } = (await make(own.keys.agency_owner, { expiresAt: new Date(Date.now() + 3_600_000).toISOString() })).body;
    assert.equal((await whoami(key)).status, 200);
    await platform.database.withPlatform("test clock", (tx) => tx`update api_keys set expires_at = now() where id = ${id}`);
    assert.equal((await whoami(key)).body.code, "unauthorized");
    assert.equal((await make(own.keys.agency_owner, { expiresAt: "2020-01-01T00:00:00Z" })).body.faults[0].path, "/expiresAt");
  });

  test("can create keys up to its own role, and cannot revoke higher ones", async () => {
    assert.equal((await make(own.keys.agency_admin, { role: "agency_owner" })).body.code, "principal_too_low");
    assert.equal((await make(own.keys.agency_admin, { role: "agency_admin" })).status, 201);
    assert.equal((await make(platform.seeded.keys.superAdmin, { role: "super_admin" })).status, 422);
    const { id } = (await make(own.keys.agency_owner, { role: "agency_owner" })).body;
    assert.equal((await call(platform, { key: own.keys.agency_admin, method: "DELETE", path: `${keysOf(own)}/${id}` })).body.code, "principal_too_low");
  });

  test("of a client belongs to a client of the agency, and has no access to others", async () => {
    assert.equal((await make(own.keys.agency_owner, { role: "client_member" })).body.faults[0].path, "/clientId");
    assert.equal((await make(own.keys.agency_owner, { role: "client_member", clientId: foreign.ids.clientId })).status, 404);
    const other = await call(platform, {
      key: own.keys.agency_owner,
      method: "POST",
      path: `/api/agencies/${own.ids.agencyId}/clients`,
      body: { name: "Other" },
    });
    assert.equal((await call(platform, { key: own.keys.client_member, method: "GET", path: `/api/clients/${own.ids.clientId}` })).status, 200);
    assert.equal((await call(platform, { key: own.keys.client_member, method: "GET", path: `/api/clients/${other.body.id}` })).status, 404);
  });
});

describe("a suspended agency", () => {
  test("can read, and cannot change anything until it is active again", async () => {
    const set = (status: string) =>
      call(platform, { key: platform.seeded.keys.superAdmin, method: "PATCH", path: `/api/admin/agencies/${foreign.ids.agencyId}`, body: { status } });
    const rename = () =>
      call(platform, { key: foreign.keys.agency_owner, method: "PATCH", path: `/api/clients/${foreign.ids.clientId}`, body: { name: "New" } });
    assert.equal((await set("suspended")).body.status, "suspended");
    assert.equal((await call(platform, { key: foreign.keys.agency_owner, method: "GET", path: `/api/clients/${foreign.ids.clientId}` })).status, 200);
    assert.equal((await rename()).body.code, "suspended");
    await set("active");
    assert.equal((await rename()).body.name, "New");
  });
});

describe("lists", () => {
  test("have pages with each row once, newest first", async () => {
    const path = `/api/agencies/${own.ids.agencyId}/clients`;
    for (let round = 0; round < 7; round++) await call(platform, { key: own.keys.agency_owner, method: "POST", path, body: { name: `Client ${round}` } });
    const names: string[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const { body } = await call(platform, { key: own.keys.agency_owner, method: "GET", path: `${path}?limit=3${cursor && `&cursor=${cursor}`}` });
      assert.ok(body.items.length <= 3);
      names.push(...body.items.map(({ name }: { name: string }) => name));
      cursor = body.next;
    }
    assert.equal(new Set(names).size, names.length);
    assert.deepEqual(names.slice(0, 3), ["Client 6", "Client 5", "Client 4"]);
  });

  test("of the audit log show actor, action, before and after, newest first", async () => {
    await call(platform, { key: own.keys.agency_admin, method: "PATCH", path: `/api/sites/${own.ids.siteId}`, body: { name: "Renamed" } });
    const { body } = await call(platform, { key: own.keys.agency_owner, method: "GET", path: `/api/agencies/${own.ids.agencyId}/audit?limit=1` });
    const [{ action, actorRole, subjectKind, subjectId, before, after: now, network }] = body.items;
    assert.deepEqual(
      [action, actorRole, subjectKind, subjectId, before, now, network],
      ["site.update", "agency_admin", "site", own.ids.siteId, { name: "Shop" }, { name: "Renamed" }, "127.0.0.1"],
    );
  });
});

describe("the set-up token", () => {
  const redeem = (token: string, email = "root@example.com") => call(platform, { method: "POST", path: "/api/setup", body: { token, email, name: "Root" } });

  test("is issued only while there is no super admin, and makes one super admin", async () => {
    assert.equal(await issueSetupToken(platform.database), undefined);
    await platform.database.withPlatform("test without a super admin", (tx) => tx`update api_keys set revoked_at = now() where role = 'super_admin'`);
    const void_ = (await issueSetupToken(platform.database)) ?? "";
    const token = (await issueSetupToken(platform.database)) ?? "";
    assert.equal((await redeem(void_)).body.code, "unauthorized", "a later one takes its place");
    assert.equal((await redeem(token, "own@example.com")).body.code, "conflict");
    const answers = await Promise.all([redeem(token), redeem(token, "other@example.com")]);
    assert.deepEqual(answers.map(({ status }) => status).sort(), [201, 401]);
    const key: string = answers.find(({ status }) => status === 201)?.body.key;
    assert.equal((await whoami(key)).body.role, "super_admin");
    assert.equal(await issueSetupToken(platform.database), undefined);
  });
});

test("a key over its rate is told when to retry, and other keys are not affected", async () => {
  const busy = await startPlatform(() => [], { managementRates: { perKey: 3, perNetwork: 1_000 } });
  try {
    const ask = (key: string) => call(busy, { key, method: "GET", path: "/api/me" });
    const { superAdmin, agencyOwner } = busy.seeded.keys;
    const answers = [];
    for (let time = 0; time < 4; time++) answers.push(await ask(superAdmin));
    assert.deepEqual(
      answers.map(({ status }) => status),
      [200, 200, 200, 429],
    );
    assert.ok(Number(answers[3]?.headers["retry-after"]) > 0);
    assert.equal((await ask(agencyOwner)).status, 200);
  } finally {
    await busy.close();
  }
});
