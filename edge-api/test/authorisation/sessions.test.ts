import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { InstallationId, SessionRequest } from "@dramac/contracts";
import type { Database } from "../../src/db/database.ts";
import {
  ORIGIN,
  type Scope,
  type SeededAssertionKey,
  seedAssertionKey,
  seedClient,
  seedInstallation,
  seedModule,
  seedSite,
  seedSurface,
} from "../helpers/access-seeds.ts";
import { type AccessServices, createAccessServices } from "../helpers/access-services.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/database.ts";
import { refusalCodeOf, refusalOf } from "../helpers/refusal.ts";
import { seedTenant, type Tenant } from "../helpers/tenant.ts";

const PREVIEW = "https://preview.example";

let suite: TestDatabase;
let database: Database;
let services: AccessServices;
let module: string;
let otherModule: string;
let own: Tenant;
before(async () => {
  suite = await createTestDatabase();
  database = suite.database;
  services = await createAccessServices(database);
  own = await seedTenant(database, "own");
  module = await seedModule(database, {
    permissions: ["read:site", "read:client", "access:storage"],
    settingsSchema: { type: "object", properties: { greeting: { type: "string" }, secret: { type: "string" } } },
    publicSettings: ["/greeting"],
  });
  otherModule = await seedModule(database);
});
after(() => suite?.destroy());

const open = (installation: InstallationId, surface: string, changes: Partial<SessionRequest> = {}) =>
  services.openSession({ installation, surface: surface as SessionRequest["surface"], hostOrigin: ORIGIN, ...changes });

/** The claims of the token of a session. */
const capabilityOf = async (session: Promise<{ token: string }>) => services.tokens.read((await session).token);

describe("a session on a website", () => {
  let scope: Scope & { client: string; site: string };
  let surface: string;
  let installation: InstallationId;
  before(async () => {
    scope = { agency: own.agency, ...(await seedClient(database, own.agency)) };
    surface = await seedSurface(database, "site", scope, { previewOrigins: [PREVIEW] });
    const settings = { greeting: "Hello", secret: "kept" };
    installation = await seedInstallation(database, scope, { module, granted: ["read:site", "read:client", "access:storage"], settings });
    await seedInstallation(database, scope, { module: otherModule });
  });

  test("is opened for a visitor, with the permissions that a visitor may use and the public settings alone", async () => {
    const session = await open(installation, surface);
    const { token, expiresAt, renewInMs, ...rest } = session;
    assert.deepEqual(rest, { permissions: ["read:site", "access:storage"], settings: { greeting: "Hello" } });
    assert.ok(Date.parse(expiresAt) > Date.now() + renewInMs && renewInMs > 0);
    const { iat, exp, jti, aud, iss, ...claims } = (await services.tokens.read(token)) as unknown as Record<string, unknown>;
    assert.deepEqual(claims, {
      tenant: scope.agency,
      site: scope.site,
      installation,
      module: claims.module,
      version: "1.0.0",
      hostOrigin: ORIGIN,
      surface,
      principal: "visitor",
      permissions: ["read:site", "access:storage"],
      grantsEpoch: 1,
    });
  });

  test("names the visitor of a credential the same each time, and another visitor differently", async () => {
    const first = await open(installation, surface, { visitor: null });
    assert.ok(first.visitor);
    const name = (await services.tokens.read(first.token)).sub;
    assert.ok(name);
    const second = await open(installation, surface, { visitor: first.visitor });
    assert.deepEqual([(await services.tokens.read(second.token)).sub, "visitor" in second], [name, false]);
    assert.notEqual((await capabilityOf(open(installation, surface, { visitor: null }))).sub, name);
    assert.equal((await capabilityOf(open(installation, surface))).sub, undefined);
  });

  test("is opened on the surface's own origins and preview origins, and on no other", async () => {
    for (const hostOrigin of [ORIGIN, PREVIEW]) await open(installation, surface, { hostOrigin });
    const refusal = await refusalOf(open(installation, surface, { hostOrigin: "https://other.example" }));
    assert.equal(refusal.code, "origin_not_allowed");
    assert.match(refusal.message, /https:\/\/other\.example/);
    assert.match((await refusalOf(open(installation, surface, { hostOrigin: "" }))).message, /the page's origin/);
  });

  test("is not opened for an installation of another site", async () => {
    const other = { agency: own.agency, client: scope.client, site: await seedSite(database, scope) };
    const elsewhere = await seedInstallation(database, other, { module });
    assert.equal(await refusalCodeOf(open(elsewhere, surface)), "gone");
    await open(elsewhere, await seedSurface(database, "site", other));
  });

  test("is not opened on a suspended surface, nor on one that does not exist", async () => {
    const suspended = await seedSurface(database, "site", scope);
    await open(installation, suspended);
    await database.withPlatform("test", (tx) => tx`update surfaces set status = 'suspended' where key = ${suspended}`);
    assert.equal(await refusalCodeOf(open(installation, suspended)), "gone");
    assert.equal(await refusalCodeOf(open(installation, `site_${"a".repeat(22)}`)), "gone");
  });

  test("is not opened for a module that no subscription pays for", async () => {
    const paid = await seedModule(database);
    const unpaid = await seedInstallation(database, scope, { module: paid });
    await open(unpaid, surface);
    await database.withPlatform("test", (tx) => tx`update modules set pricing_type = 'monthly' where id = ${paid}`);
    assert.equal(await refusalCodeOf(open(unpaid, surface)), "gone");
  });

  describe("for a member", () => {
    let key: SeededAssertionKey;
    before(async () => {
      key = await seedAssertionKey(database, scope);
    });

    test("has the member's principal and permissions, and carries the member", async () => {
      const portal = await seedSurface(database, "portal", scope);
      const session = await open(installation, portal, { assertion: await key.sign({ sub: "ada" }) });
      assert.deepEqual(session.permissions, ["read:site", "read:client", "access:storage"]);
      const { principal, member, sub } = await services.tokens.read(session.token);
      assert.deepEqual([principal, member?.subject, member?.keyId, member?.clientId], ["client_member", "ada", key.id, scope.client]);
      assert.ok(sub);
      assert.equal((await capabilityOf(open(installation, surface, { assertion: await key.sign({ sub: "ada" }) }))).sub, sub);
      assert.notEqual((await capabilityOf(open(installation, surface, { assertion: await key.sign({ sub: "eve" }) }))).sub, sub);
    });

    test("is opened once with one assertion, and renewed with the token of the session before", async () => {
      const assertion = await key.sign();
      const { token } = await open(installation, surface, { assertion });
      assert.equal(await refusalCodeOf(open(installation, surface, { assertion })), "assertion_used");
      for (const request of [{ previous: token }, { previous: token, assertion }]) {
        const renewed = await capabilityOf(open(installation, surface, request));
        assert.deepEqual([renewed.principal, renewed.member?.subject], ["client_member", "ada"]);
      }
    });

    test("is refused on an origin that is not listed before its assertion is used", async () => {
      const assertion = await key.sign();
      assert.equal(await refusalCodeOf(open(installation, surface, { assertion, hostOrigin: "https://other.example" })), "origin_not_allowed");
      await open(installation, surface, { assertion });
    });
  });
});

describe("a session on a surface for members", () => {
  let client: Scope & { client: string; site: string };
  let otherClient: Scope & { client: string; site: string };
  let otherSite: string;
  let installed: Record<"agency" | "client" | "otherClient" | "site" | "otherSite", InstallationId>;
  let portal: string;
  let dashboard: string;
  let agencyKey: SeededAssertionKey;
  let clientKey: SeededAssertionKey;
  before(async () => {
    client = { agency: own.agency, ...(await seedClient(database, own.agency)) };
    otherClient = { agency: own.agency, ...(await seedClient(database, own.agency)) };
    otherSite = await seedSite(database, client);
    const { agency } = own;
    installed = {
      agency: await seedInstallation(database, { agency }, { module }),
      client: await seedInstallation(database, { agency, client: client.client }, { module }),
      otherClient: await seedInstallation(database, { agency, client: otherClient.client }, { module }),
      site: await seedInstallation(database, client, { module }),
      otherSite: await seedInstallation(database, { ...client, site: otherSite }, { module }),
    };
    portal = await seedSurface(database, "portal", { agency, client: client.client });
    dashboard = await seedSurface(database, "dashboard", { agency });
    agencyKey = await seedAssertionKey(database, { agency }, { role: "agency_member" });
    clientKey = await seedAssertionKey(database, client);
  });

  test("is not opened for a visitor, on a portal or a dashboard", async () => {
    assert.equal(await refusalCodeOf(open(installed.client, portal)), "principal_too_low");
    assert.equal(await refusalCodeOf(open(installed.agency, dashboard)), "principal_too_low");
    await open(installed.client, portal, { assertion: await clientKey.sign() });
    await open(installed.agency, dashboard, { assertion: await agencyKey.sign() });
  });

  test("about one client opens that client's installations and the agency's, and no other client's", async () => {
    const about = async () => ({ assertion: await agencyKey.sign({ client: client.client }) });
    for (const id of [installed.client, installed.agency]) await open(id, dashboard, await about());
    assert.equal(await refusalCodeOf(open(installed.otherClient, dashboard, await about())), "gone");
    await open(installed.otherClient, dashboard, { assertion: await agencyKey.sign({ client: otherClient.client }) });
  });

  test("about no client opens no client's installations on a dashboard, but does on that client's portal", async () => {
    assert.equal(await refusalCodeOf(open(installed.client, dashboard, { assertion: await agencyKey.sign() })), "gone");
    for (const id of [installed.client, installed.site]) await open(id, portal, { assertion: await agencyKey.sign() });
  });

  test("about one site opens that site's installations and the client's, and no other site's", async () => {
    const about = async () => ({ assertion: await clientKey.sign({ site: client.site }) });
    for (const id of [installed.site, installed.client]) await open(id, portal, await about());
    assert.equal(await refusalCodeOf(open(installed.otherSite, portal, await about())), "gone");
    await open(installed.otherSite, portal, { assertion: await clientKey.sign({ site: otherSite }) });
  });

  test("about all sites of a client opens the installations of each", async () => {
    for (const id of [installed.site, installed.otherSite]) await open(id, portal, { assertion: await clientKey.sign() });
  });

  test("is not opened when the assertion is about another client", async () => {
    const otherKey = await seedAssertionKey(database, otherClient);
    assert.equal(await refusalCodeOf(open(installed.client, portal, { assertion: await otherKey.sign() })), "surface_not_allowed");
  });
});
