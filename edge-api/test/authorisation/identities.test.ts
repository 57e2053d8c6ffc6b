import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { type InstallationId, MEMBER_SESSION_HOURS, type SessionRequest } from "@dramac/contracts";
import type { Database } from "../../src/db/database.ts";
import type { Member } from "../../src/services/identity/member.ts";
import type { SurfaceFacts } from "../../src/services/surface-facts.ts";
import { ORIGIN, type SeededAssertionKey, seedAssertionKey, seedClient, seedSurface } from "../helpers/access-seeds.ts";
import { type AccessServices, CLIENT, createAccessServices } from "../helpers/access-services.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/database.ts";
import { refusalCodeOf, refusalOf } from "../helpers/refusal.ts";
import { seedTenant, type Tenant } from "../helpers/tenant.ts";

const INSTALLATION = randomUUID() as InstallationId;

let suite: TestDatabase;
let database: Database;
let services: AccessServices;
let own: Tenant;
let portal: string;
let facts: SurfaceFacts;
let key: SeededAssertionKey;
before(async () => {
  suite = await createTestDatabase();
  database = suite.database;
  services = await createAccessServices(database);
  own = await seedTenant(database, "own");
  const surface = await seedSurface(database, "portal", { agency: own.agency, client: own.client });
  portal = surface;
  facts = (await services.plans.get(surface)).facts ?? assert.fail("the surface is unknown");
  key = await seedAssertionKey(database, own);
});
after(() => suite?.destroy());

const identify = (changes: Partial<SessionRequest>) =>
  services.identities.identify({ installation: INSTALLATION, surface: portal as SessionRequest["surface"], hostOrigin: ORIGIN, ...changes }, facts, CLIENT);

const memberOf = (jwt: string): Promise<Member> => services.assertions.read(jwt);

/** The token of an earlier session. */
async function previousOf(member: Member | undefined, changes: { installation?: InstallationId; surface?: string } = {}): Promise<string> {
  const { token } = await services.tokens.mint({
    tenant: own.agency,
    site: null,
    installation: INSTALLATION,
    module: "module",
    version: "1.0.0",
    hostOrigin: ORIGIN,
    surface: portal,
    principal: member ? "client_member" : "visitor",
    permissions: [],
    grantsEpoch: 1,
    ...(member && { member }),
    ...changes,
  });
  return token;
}

/** The audit log's rows about a key, when there are as many as expected. */
async function refusalsOf(keyId: string, expected: number): Promise<string[]> {
  const read = () => database.withPlatform("test", (tx) => tx`select action, reason from audit_log where subject_id = ${keyId} order by action, reason`);
  for (let turn = 0; turn < 200 && (await read()).length < expected; turn++) await sleep(10);
  return (await read()).map(({ action, reason }) => `${action as string}: ${reason as string}`);
}

const signOut = (keyId: string, subject: string) =>
  database.withTenant(
    own.agency,
    (tx) => tx`insert into signed_out_members (key_id, subject, agency_id, signed_out_at) values (${keyId}, ${subject}, ${own.agency}, now())`,
  );

describe("a request", () => {
  test("without an assertion and without an earlier session is a visitor's", async () => {
    assert.equal(await identify({}), undefined);
    assert.equal(await identify({ previous: await previousOf(undefined) }), undefined);
    assert.equal(await identify({ previous: "token" }), undefined);
  });

  test("with an assertion is of the person that it names", async () => {
    const assertion = await key.sign({ sub: "ada" });
    assert.deepEqual(await identify({ assertion }), { member: await memberOf(assertion), isNew: true });
  });

  test("with the token of an earlier session is of the same member, as it was asserted then", async () => {
    const member = await memberOf(await key.sign({ sub: "ada" }));
    assert.deepEqual(await identify({ previous: await previousOf(member) }), { member, isNew: false });
  });

  test("with a token of another installation or another surface is a visitor's", async () => {
    const member = await memberOf(await key.sign());
    for (const changes of [{ installation: randomUUID() as InstallationId }, { surface: "another" }]) {
      assert.equal(await identify({ previous: await previousOf(member, changes) }), undefined);
    }
  });

  test("with a token of a member is a visitor's when the assertion is too old", async () => {
    const member = await memberOf(await key.sign());
    const ago = (seconds: number) => previousOf({ ...member, since: member.since - seconds });
    assert.ok(await identify({ previous: await ago(MEMBER_SESSION_HOURS * 3_600 - 60) }));
    assert.equal(await identify({ previous: await ago(MEMBER_SESSION_HOURS * 3_600 + 60) }), undefined);
  });

  test("with a token of a member is a visitor's when the member has signed out, or the key was revoked", async () => {
    const revoked = await seedAssertionKey(database, own);
    const [ada, eve] = [await memberOf(await revoked.sign({ sub: "ada" })), await memberOf(await revoked.sign({ sub: "eve" }))];
    const [ofAda, ofEve] = [await previousOf(ada), await previousOf(eve)];
    await signOut(revoked.id, "ada");
    assert.equal(await identify({ previous: ofAda }), undefined);
    assert.ok(await identify({ previous: ofEve }));
    await database.withTenant(own.agency, (tx) => tx`update assertion_keys set revoked_at = now() where id = ${revoked.id}`);
    assert.equal(await identify({ previous: ofEve }), undefined);
  });
});

describe("a request with an earlier session and an assertion", () => {
  test("continues the session of the same person, whose assertion is not used", async () => {
    const member = await memberOf(await key.sign({ sub: "ada" }));
    const found = await identify({ previous: await previousOf(member), assertion: await key.sign({ sub: "ada" }) });
    assert.deepEqual(found, { member, isNew: false });
  });

  test("is of the person that the assertion names, when that is another one or another key vouches", async () => {
    const previous = await previousOf(await memberOf(await key.sign({ sub: "ada" })));
    const otherKey = await seedAssertionKey(database, own);
    for (const assertion of [await key.sign({ sub: "eve" }), await otherKey.sign({ sub: "ada" })]) {
      assert.deepEqual(await identify({ previous, assertion }), { member: await memberOf(assertion), isNew: true });
    }
  });

  test("continues the session when the assertion is refused, and notes no refusal", async () => {
    const noted = await seedAssertionKey(database, own);
    const member = await memberOf(await noted.sign({ sub: "ada" }));
    const previous = await previousOf(member);
    const expired = await noted.sign({ sub: "eve", iat: 1_700_000_000, exp: 1_700_000_060 });
    for (const assertion of [expired, "assertion"]) assert.deepEqual(await identify({ previous, assertion }), { member, isNew: false });
    assert.equal(await refusalCodeOf(identify({ assertion: expired })), "assertion_refused");
    assert.deepEqual(await refusalsOf(noted.id, 1), ["assertion.refuse: expired"]);
  });
});

describe("an assertion that is refused", () => {
  test("is noted in the audit log of its key's agency", async () => {
    const noted = await seedAssertionKey(database, own);
    assert.equal(await refusalCodeOf(identify({ assertion: await noted.sign({ iss: own.agency }) })), "assertion_refused");
    assert.deepEqual(await refusalsOf(noted.id, 1), ["assertion.refuse: issuer"]);
  });

  test("for a surface that the person may not use names the person and the surface, and is noted, too", async () => {
    const { client } = await seedClient(database, own.agency);
    const noted = await seedAssertionKey(database, { agency: own.agency, client });
    const refusal = await refusalOf(identify({ assertion: await noted.sign({ sub: "eve" }) }));
    assert.equal(refusal.code, "surface_not_allowed");
    assert.match(refusal.message, /client_member eve .* portal/);
    assert.deepEqual(await refusalsOf(noted.id, 1), ["assertion.refuse: surface"]);
    await services.identities.admit(await key.sign(), facts, CLIENT);
  });

  test("because it was used is noted as a replay", async () => {
    const noted = await seedAssertionKey(database, own);
    const member = await memberOf(await noted.sign());
    const use = () => services.identities.use(member, { installation: INSTALLATION, surface: portal as SessionRequest["surface"], hostOrigin: ORIGIN }, CLIENT);
    await use();
    assert.equal(await refusalCodeOf(use()), "assertion_used");
    assert.deepEqual(await refusalsOf(noted.id, 1), ["assertion.replay: used"]);
  });
});

test("a member is valid until the key is revoked or the member signs out", async () => {
  const [one, other] = [await seedAssertionKey(database, own), await seedAssertionKey(database, own)];
  const [signedOut, revoked] = [await memberOf(await one.sign()), await memberOf(await other.sign())];
  for (const member of [signedOut, revoked]) await services.identities.requireValid(member);
  await signOut(one.id, signedOut.subject);
  await database.withTenant(own.agency, (tx) => tx`update assertion_keys set revoked_at = now() where id = ${other.id}`);
  for (const member of [signedOut, revoked]) assert.equal(await refusalCodeOf(services.identities.requireValid(member)), "token_expired");
});
