import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import type { Role } from "@dramac/contracts";
import type { Database, Tx } from "../../src/db/database.ts";
import type { Actor, Operation } from "../../src/management/operation.ts";
import { runInScope } from "../../src/management/scope.ts";
import { seedClient } from "../helpers/access-seeds.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/database.ts";
import { refusalCodeOf, refusalOf } from "../helpers/refusal.ts";
import { seedTenant, type Tenant } from "../helpers/tenant.ts";

let suite: TestDatabase;
let database: Database;
let own: Tenant;
let foreign: Tenant;
let sibling: { client: string; site: string };
before(async () => {
  suite = await createTestDatabase();
  database = suite.database;
  own = await seedTenant(database, "own");
  foreign = await seedTenant(database, "foreign");
  sibling = await seedClient(database, own.agency);
});
after(() => suite?.destroy());

const PATHS = {
  admin: "/api/admin/things",
  agency: "/api/agencies/{agencyId}/things",
  client: "/api/clients/{clientId}/things",
  site: "/api/sites/{siteId}/things",
} as const;

type Level = keyof typeof PATHS;

const ROLE_OF_PATH: Readonly<Record<Level, Role>> = { admin: "super_admin", agency: "client_member", client: "client_member", site: "client_member" };

const actorOf = (role: Role, of: { agency?: string; client?: string } = {}): Actor => ({
  keyId: randomUUID(),
  role,
  agencyId: of.agency ?? null,
  clientId: of.client ?? null,
});

/** Calls an operation under a path. @returns what `work` returned, or the agency that it was called for */
function call<T = string>(
  level: Level,
  actor: Actor,
  { ids = {}, work, ...operation }: Partial<Operation> & { ids?: Record<string, string>; work?: (tx: Tx, agencyId: string) => Promise<T> } = {},
): Promise<T> {
  const described = { id: "thing.list", method: "GET", path: PATHS[level], minimumRole: ROLE_OF_PATH[level], ...operation } as Operation;
  return runInScope(database, { operation: described, actor, ids }, work ?? (async (_, agencyId) => agencyId as T));
}

const inAgency = (actor: Actor, agencyId: string, operation: Partial<Operation> = {}) => call("agency", actor, { ids: { agencyId }, ...operation });
const inClient = (actor: Actor, clientId: string, operation: Partial<Operation> = {}) => call("client", actor, { ids: { clientId }, ...operation });
const inSite = (actor: Actor, siteId: string, operation: Partial<Operation> = {}) => call("site", actor, { ids: { siteId }, ...operation });

describe("a key of an agency", () => {
  test("reaches its own agency, every client and every site of it", async () => {
    const actor = actorOf("agency_member", { agency: own.agency });
    assert.equal(await inAgency(actor, own.agency), own.agency);
    for (const client of [own.client, sibling.client]) assert.equal(await inClient(actor, client), own.agency);
    for (const site of [own.site, sibling.site]) assert.equal(await inSite(actor, site), own.agency);
  });

  test("reaches nothing of another agency, and nothing that does not exist, and cannot tell the two apart", async () => {
    const actor = actorOf("agency_owner", { agency: own.agency });
    const answers = await Promise.all(
      [
        inAgency(actor, foreign.agency),
        inClient(actor, foreign.client),
        inSite(actor, foreign.site),
        inAgency(actor, randomUUID()),
        inClient(actor, randomUUID()),
        inSite(actor, randomUUID()),
      ].map(refusalOf),
    );
    assert.deepEqual([...new Set(answers.map(({ code, message }) => `${code} ${message}`))].length, 1);
    assert.equal(answers[0]?.code, "not_found");
  });

  test("sees the rows of its own agency alone", async () => {
    const listClients = async (tx: Tx) => (await tx`select id from clients`).map(({ id }) => id as string).sort();
    const ids = { agencyId: own.agency };
    assert.deepEqual(await call("agency", actorOf("agency_member", own), { ids, work: listClients }), [own.client, sibling.client].sort());
  });

  test("reaches no operation of the platform", async () => {
    assert.equal(await refusalCodeOf(call("admin", actorOf("agency_owner", { agency: own.agency }))), "principal_too_low");
  });
});

describe("a key of a client", () => {
  test("reaches its own client and its sites, and not another client's of the same agency", async () => {
    const actor = actorOf("client_member", { agency: own.agency, client: own.client });
    assert.equal(await inClient(actor, own.client), own.agency);
    assert.equal(await inSite(actor, own.site), own.agency);
    for (const work of [
      () => inClient(actor, sibling.client),
      () => inSite(actor, sibling.site),
      () => inClient(actor, foreign.client),
      () => inSite(actor, foreign.site),
    ]) {
      assert.equal(await refusalCodeOf(work), "not_found");
    }
  });

  test("reaches operations of its agency that are for clients, and no others", async () => {
    const actor = actorOf("client_member", { agency: own.agency, client: own.client });
    assert.equal(await inAgency(actor, own.agency), own.agency);
    assert.equal(await refusalCodeOf(inAgency(actor, own.agency, { minimumRole: "agency_member" })), "principal_too_low");
    assert.equal(await refusalCodeOf(inAgency(actor, foreign.agency)), "not_found");
  });
});

describe("a key of the platform", () => {
  const actor = actorOf("super_admin");

  test("reaches every agency, client and site in the transaction of its agency", async () => {
    for (const tenant of [own, foreign]) {
      assert.equal(await inAgency(actor, tenant.agency), tenant.agency);
      assert.equal(await inClient(actor, tenant.client), tenant.agency);
      assert.equal(await inSite(actor, tenant.site), tenant.agency);
    }
  });

  test("reaches nothing that does not exist", async () => {
    for (const work of [() => inAgency(actor, randomUUID()), () => inClient(actor, randomUUID()), () => inSite(actor, randomUUID())]) {
      assert.equal(await refusalCodeOf(work), "not_found");
    }
  });

  test("reaches operations of the platform, which see every agency's rows", async () => {
    const countAgencies = async (tx: Tx, agencyId: string) => [(await tx`select from agencies`).length, agencyId];
    assert.deepEqual(await call("admin", actor, { work: countAgencies }), [2, ""]);
  });
});

describe("an operation that crosses tenants", () => {
  const crossing = { crossesTenants: true };
  const countAgencies = async (tx: Tx) => (await tx`select from agencies`).length;

  test("sees every agency's rows, and any other sees the caller's own", async () => {
    const actor = actorOf("agency_member", { agency: own.agency });
    const ids = { agencyId: own.agency };
    assert.equal(await call("agency", actor, { ...crossing, ids, work: countAgencies }), 2);
    assert.equal(await call("agency", actor, { ids, work: countAgencies }), 1);
  });

  test("is reached through the caller's own agency alone", async () => {
    const actor = actorOf("agency_member", { agency: own.agency });
    assert.equal(await inAgency(actor, own.agency, crossing), own.agency);
    assert.equal(await refusalCodeOf(inAgency(actor, foreign.agency, crossing)), "not_found");
    assert.equal(await inAgency(actorOf("super_admin"), foreign.agency, crossing), foreign.agency);
  });

  test("is reached through no path of a client or a site", async () => {
    const actor = actorOf("agency_member", { agency: own.agency });
    for (const work of [() => inClient(actor, own.client, crossing), () => inSite(actor, own.site, crossing)])
      assert.equal(await refusalCodeOf(work), "not_found");
  });
});

test("a role below the least one of an operation is refused, and the least one is not", async () => {
  const least = { minimumRole: "agency_admin" } as const;
  for (const role of ["agency_admin", "agency_owner"] as const) await inAgency(actorOf(role, { agency: own.agency }), own.agency, least);
  const refusal = await refusalOf(inAgency(actorOf("agency_member", { agency: own.agency }), own.agency, least));
  assert.deepEqual([refusal.code, refusal.message], ["principal_too_low", "This needs the role agency_admin, and your key has agency_member."]);
});

test("an id that is no UUID is refused as missing, and a parameter that is no id is not checked", async () => {
  const actor = actorOf("agency_member", { agency: own.agency });
  const callWith = (ids: Record<string, string>) => call("agency", actor, { ids: { agencyId: own.agency, ...ids } });
  assert.equal(await callWith({ thingId: randomUUID(), slug: "contact-form" }), own.agency);
  for (const ids of [{ thingId: "contact-form" }, { agencyId: "own" }, { agencyId: own.agency.toUpperCase() }]) {
    assert.equal(await refusalCodeOf(callWith(ids)), "not_found");
  }
});

describe("a suspended agency", () => {
  let suspended: Tenant;
  before(async () => {
    suspended = await seedTenant(database, "suspended");
    await database.withPlatform("test", (tx) => tx`update agencies set status = 'suspended' where id = ${suspended.agency}`);
  });

  const change = { method: "POST" } as const;
  const reachAll = (actor: Actor, tenant: Tenant, operation: Partial<Operation>) => [
    () => inAgency(actor, tenant.agency, operation),
    () => inClient(actor, tenant.client, operation),
    () => inSite(actor, tenant.site, operation),
  ];

  test("can read and cannot change anything, as an active one can", async () => {
    const actor = actorOf("agency_owner", { agency: suspended.agency });
    for (const read of reachAll(actor, suspended, {})) assert.equal(await read(), suspended.agency);
    for (const write of reachAll(actor, suspended, change)) assert.equal(await refusalCodeOf(write), "suspended");
    for (const write of reachAll(actorOf("agency_owner", { agency: own.agency }), own, change)) assert.equal(await write(), own.agency);
  });

  test("can still do what is allowed while it is suspended", async () => {
    const actor = actorOf("agency_owner", { agency: suspended.agency });
    assert.equal(await inAgency(actor, suspended.agency, { ...change, allowedWhenSuspended: true }), suspended.agency);
  });

  test("can be changed by the platform", async () => {
    for (const write of reachAll(actorOf("super_admin"), suspended, change)) assert.equal(await write(), suspended.agency);
  });
});
