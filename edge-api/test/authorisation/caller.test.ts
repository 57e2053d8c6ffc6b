import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import type { InstallationId, Permission } from "@dramac/contracts";
import type { Database } from "../../src/db/database.ts";
import type { Capability } from "../../src/services/tokens.ts";
import { seedApiKey, seedAssertionKey, seedClient, seedInstallation, seedModule, seedSurface } from "../helpers/access-seeds.ts";
import { type AccessServices, CLIENT, createAccessServices } from "../helpers/access-services.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/database.ts";
import { refusalCodeOf, refusalOf } from "../helpers/refusal.ts";
import { seedTenant, type Tenant } from "../helpers/tenant.ts";

const MANIFEST: readonly Permission[] = ["read:site", "read:agency", "send:email", "access:storage"];
const GRANTED: readonly Permission[] = ["read:site", "read:agency", "access:storage", "access:api"];

let suite: TestDatabase;
let database: Database;
let services: AccessServices;
let own: Tenant;
let foreign: Tenant;
let surface: string;
let sibling: { client: string; site: string };
/** One installation of the agency, and one at each level below it of its two clients. */
let installed: Record<"agency" | "client" | "site" | "siblingSite" | "foreignSite", InstallationId>;

before(async () => {
  suite = await createTestDatabase();
  database = suite.database;
  services = await createAccessServices(database);
  own = await seedTenant(database, "own");
  foreign = await seedTenant(database, "foreign");
  sibling = await seedClient(database, own.agency);
  surface = await seedSurface(database, "site", own);
  const module = await seedModule(database, { permissions: [...MANIFEST] });
  const { agency, client, site } = own;
  const given = { module, granted: GRANTED };
  installed = {
    agency: await seedInstallation(database, { agency }, given),
    client: await seedInstallation(database, { agency, client }, given),
    site: await seedInstallation(database, { agency, client, site }, given),
    siblingSite: await seedInstallation(database, { agency, ...sibling }, given),
    foreignSite: await seedInstallation(database, foreign, given),
  };
});
after(() => suite?.destroy());

/** An installation of another module on the tenant's site. */
const installAnother = async () => seedInstallation(database, own, { module: await seedModule(database) });

const setEnabled = (id: InstallationId, isEnabled: boolean) =>
  database.withPlatform("test", (tx) => tx`update site_module_installations set is_enabled = ${isEnabled} where id = ${id}`);

describe("a secret key", () => {
  test("of an agency reaches every installation of that agency and of no other", async () => {
    const key = await seedApiKey(database, "agency_member", { agency: own.agency });
    for (const id of [installed.agency, installed.client, installed.site, installed.siblingSite]) {
      assert.equal((await services.authenticate(key, id)).installation.id, id);
    }
    assert.equal(await refusalCodeOf(services.authenticate(key, installed.foreignSite)), "not_found");
  });

  test("of a client reaches the installations of that client, and neither another client's nor the agency's", async () => {
    const key = await seedApiKey(database, "client_member", { agency: own.agency, client: own.client });
    for (const id of [installed.client, installed.site]) assert.equal((await services.authenticate(key, id)).installation.id, id);
    for (const id of [installed.siblingSite, installed.agency, installed.foreignSite]) {
      assert.equal(await refusalCodeOf(services.authenticate(key, id)), "not_found");
    }
  });

  test("of the platform reaches the installations of every agency", async () => {
    const key = await seedApiKey(database, "super_admin");
    for (const id of [installed.agency, installed.foreignSite]) assert.equal((await services.authenticate(key, id)).principal, "super_admin");
  });

  test("reaches no installation that does not exist", async () => {
    const key = await seedApiKey(database, "super_admin");
    assert.equal(await refusalCodeOf(services.authenticate(key, randomUUID() as InstallationId)), "not_found");
  });

  test("reaches no installation that is switched off", async () => {
    const key = await seedApiKey(database, "agency_member", { agency: own.agency });
    const id = await installAnother();
    await setEnabled(id, false);
    assert.equal(await refusalCodeOf(services.authenticate(key, id)), "gone");
    await setEnabled(id, true);
    assert.equal((await services.authenticate(key, id)).installation.id, id);
  });

  test("is refused when it is unknown, revoked or expired", async () => {
    const [revoked, expired, valid] = [
      await seedApiKey(database, "agency_member", { agency: own.agency }),
      await seedApiKey(database, "agency_member", { agency: own.agency, expiresAt: new Date(Date.now() - 1_000) }),
      await seedApiKey(database, "agency_member", { agency: own.agency, expiresAt: new Date(Date.now() + 60_000) }),
    ];
    await services.authenticate(revoked, installed.site);
    await database.withPlatform("test", (tx) => tx`update api_keys set revoked_at = now() where prefix = ${revoked.slice(0, 16)}`);
    for (const key of [revoked, expired, `dk_live_${"a".repeat(43)}`]) {
      assert.equal(await refusalCodeOf(services.authenticate(key, installed.site)), "unauthorized");
    }
    await services.authenticate(valid, installed.site);
  });

  test("has the permissions that the manifest asks for, that were granted and that its role may use", async () => {
    const permissionsOf = async (key: string) => (await services.authenticate(key, installed.site)).permissions;
    assert.deepEqual(await permissionsOf(await seedApiKey(database, "agency_member", { agency: own.agency })), ["read:site", "read:agency", "access:storage"]);
    assert.deepEqual(await permissionsOf(await seedApiKey(database, "client_member", own)), ["read:site", "access:storage"]);
  });

  test("calls in its own name, as on a surface of the agency", async () => {
    const key = await seedApiKey(database, "agency_admin", { agency: own.agency });
    const caller = await services.authenticate(key, installed.site);
    assert.deepEqual([caller.principal, caller.surfaceKind, caller.surface], ["agency_member", "agency", ""]);
    assert.deepEqual([caller.key?.role, caller.key?.agencyId, caller.key?.clientId], ["agency_admin", own.agency, null]);
    assert.equal(caller.client, CLIENT);
  });
});

describe("a capability token", () => {
  /** A token for a visitor of the tenant's website. */
  async function mint(changes: Partial<Capability> = {}): Promise<string> {
    const { token } = await services.tokens.mint({
      tenant: own.agency,
      site: own.site,
      installation: installed.site,
      module: "module",
      version: "1.0.0",
      hostOrigin: "https://one.example",
      surface: surface,
      principal: "visitor",
      permissions: ["access:storage"],
      grantsEpoch: 1,
      ...changes,
    });
    return token;
  }

  test("says who calls, from where and with which permissions", async () => {
    const caller = await services.authenticate(await mint({ sub: "visitor-name" }), installed.site);
    assert.deepEqual([caller.principal, caller.surfaceKind, caller.surface, caller.sub], ["visitor", "site", surface, "visitor-name"]);
    assert.deepEqual([caller.installation.id, caller.permissions, caller.client], [installed.site, ["access:storage"], CLIENT]);
    assert.equal("member" in caller, false);
  });

  test("of a visitor without a credential names no visitor", async () => {
    assert.equal("sub" in (await services.authenticate(await mint(), installed.site)), false);
  });

  test("opens its own installation and no other", async () => {
    await services.authenticate(await mint(), installed.site);
    assert.equal(await refusalCodeOf(services.authenticate(await mint(), installed.siblingSite)), "unauthorized");
  });

  test("ends when the installation is switched off or removed", async () => {
    const id = await installAnother();
    const token = await mint({ installation: id });
    await services.authenticate(token, id);
    await setEnabled(id, false);
    assert.equal(await refusalCodeOf(services.authenticate(token, id)), "gone");
    const missing = randomUUID() as InstallationId;
    assert.equal(await refusalCodeOf(services.authenticate(await mint({ installation: missing }), missing)), "gone");
  });

  test("ends when grants shrink", async () => {
    const id = await installAnother();
    const token = await mint({ installation: id });
    await services.authenticate(token, id);
    await database.withPlatform("test", (tx) => tx`update site_module_installations set grants_epoch = 2 where id = ${id}`);
    assert.equal(await refusalCodeOf(services.authenticate(token, id)), "token_expired");
    await services.authenticate(await mint({ installation: id, grantsEpoch: 2 }), id);
  });

  test("ends when its surface is suspended, and holds on no surface that is unknown", async () => {
    const suspended = await seedSurface(database, "site", own);
    const token = await mint({ surface: suspended });
    await services.authenticate(token, installed.site);
    await database.withPlatform("test", (tx) => tx`update surfaces set status = 'suspended' where key = ${suspended}`);
    assert.equal(await refusalCodeOf(services.authenticate(token, installed.site)), "gone");
    assert.equal(await refusalCodeOf(services.authenticate(await mint({ surface: `site_${"a".repeat(22)}` }), installed.site)), "gone");
  });

  test("holds on no surface whose key has another form, even one that the database holds", async () => {
    const key = `old_${randomUUID().slice(0, 8)}`;
    await database.withPlatform(
      "test",
      (tx) => tx`insert into surfaces (key, kind, agency_id, client_id, site_id) values (${key}, 'site', ${own.agency}, ${own.client}, ${own.site})`,
    );
    assert.equal(await refusalCodeOf(services.authenticate(await mint({ surface: key }), installed.site)), "gone");
  });

  test("of a member carries the member, and ends when that member signs out", async () => {
    const { id } = await seedAssertionKey(database, own);
    const member = {
      keyId: id,
      jti: "assertion",
      issuer: own.client,
      agencyId: own.agency,
      clientId: own.client,
      siteId: null,
      role: "client_member",
      subject: "ada",
      since: Math.floor(Date.now() / 1_000),
    } as const;
    const token = await mint({ principal: "client_member", member });
    const caller = await services.authenticate(token, installed.site);
    assert.deepEqual([caller.principal, caller.member], ["client_member", member]);
    await database.withTenant(
      own.agency,
      (tx) => tx`insert into signed_out_members (key_id, subject, agency_id, signed_out_at) values (${id}, 'ada', ${own.agency}, now())`,
    );
    services.assertionKeys.clear();
    assert.equal(await refusalCodeOf(services.authenticate(token, installed.site)), "token_expired");
  });
});

test("a header without a bearer is refused before any look-up", async () => {
  for (const header of [undefined, "", "Basic YTpi", "Bearer", "Bearer two words", "bearer token"]) {
    assert.match((await refusalOf(services.authenticateHeader(header, installed.site))).message, /Send Authorization: Bearer/);
  }
  assert.match((await refusalOf(services.authenticateHeader("Bearer token", installed.site))).message, /token is not valid/);
});
