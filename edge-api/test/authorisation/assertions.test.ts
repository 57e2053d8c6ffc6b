import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { base64url, generateKeyPair, SignJWT } from "jose";
import type { Database } from "../../src/db/database.ts";
import { type Assertions, keyIdIn } from "../../src/services/identity/assertions.ts";
import type { AssertionRefusal, RefusalReason } from "../../src/services/identity/refusal-log.ts";
import { type SeededAssertionKey, seedAssertionKey, seedClient, seedSite } from "../helpers/access-seeds.ts";
import { createAccessServices, PLATFORM } from "../helpers/access-services.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/database.ts";
import { refusalCodeOf, refusalOf } from "../helpers/refusal.ts";
import { seedTenant, type Tenant } from "../helpers/tenant.ts";

const now = () => Math.floor(Date.now() / 1_000);

let suite: TestDatabase;
let database: Database;
let assertions: Assertions;
let forgetKeys: () => void;
let own: Tenant;
let foreign: Tenant;
let sibling: { client: string; site: string };
let clientKey: SeededAssertionKey;
let agencyKey: SeededAssertionKey;
before(async () => {
  suite = await createTestDatabase();
  database = suite.database;
  const services = await createAccessServices(database);
  assertions = services.assertions;
  forgetKeys = services.assertionKeys.clear;
  own = await seedTenant(database, "own");
  foreign = await seedTenant(database, "foreign");
  sibling = await seedClient(database, own.agency);
  clientKey = await seedAssertionKey(database, own);
  agencyKey = await seedAssertionKey(database, { agency: own.agency }, { role: "agency_admin" });
});
after(() => suite?.destroy());

/** The reason of a refusal, as the audit log names it. */
const reasonOf = async (jwt: string): Promise<RefusalReason> => ((await refusalOf(assertions.read(jwt))) as AssertionRefusal).reason;

describe("an assertion", () => {
  test("of a client's key is for a member of that client", async () => {
    const at = now();
    const jwt = await clientKey.sign({ sub: "ada", jti: "assertion-1", iat: at, exp: at + 60 });
    assert.deepEqual(await assertions.read(jwt), {
      keyId: clientKey.id,
      jti: "assertion-1",
      agencyId: own.agency,
      clientId: own.client,
      siteId: null,
      role: "client_member",
      subject: "ada",
      issuer: own.client,
      since: at,
    });
  });

  test("of an agency's key is for a person of that agency", async () => {
    const { agencyId, clientId, siteId, role, issuer } = await assertions.read(await agencyKey.sign());
    assert.deepEqual([agencyId, clientId, siteId, role, issuer], [own.agency, null, null, "agency_admin", own.agency]);
  });

  test("can be signed with either algorithm that a key is registered for, and with no other key", async () => {
    const ellipticKey = await seedAssertionKey(database, own, { algorithm: "ES256" });
    assert.equal((await assertions.read(await ellipticKey.sign())).keyId, ellipticKey.id);
    const { privateKey } = await generateKeyPair("EdDSA", { crv: "Ed25519" });
    const claims = { sub: "ada", role: "client_member", jti: "assertion-2", iat: now(), exp: now() + 60, aud: PLATFORM, iss: own.client };
    const sign = (kid: string) => new SignJWT(claims).setProtectedHeader({ alg: "EdDSA", kid }).sign(privateKey);
    assert.equal(await reasonOf(await sign(clientKey.id)), "signature");
    assert.equal(await reasonOf(await sign(ellipticKey.id)), "signature");
    assert.match((await refusalOf(assertions.read(await sign(ellipticKey.id)))).message, /ES256/);
  });

  test("that is no JWT, or is meant for another platform, is refused before its key is looked up", async () => {
    assert.equal(await reasonOf("assertion"), "form");
    const unknown = `${base64url.encode(JSON.stringify({ alg: "EdDSA", kid: randomUUID() }))}.${base64url.encode(JSON.stringify({ aud: "https://other.example" }))}.`;
    assert.equal(await reasonOf(unknown), "audience");
    assert.equal(await reasonOf(await clientKey.sign({ aud: "https://other.example" })), "audience");
    assert.equal(await reasonOf(await clientKey.sign({ aud: undefined })), "audience");
    await assertions.read(await clientKey.sign({ aud: [PLATFORM, "https://other.example"] }));
  });

  test("must name a key that is registered", async () => {
    for (const kid of [undefined, "key", randomUUID()]) {
      const header = base64url.encode(JSON.stringify({ alg: "EdDSA", ...(kid && { kid }) }));
      assert.equal(await reasonOf(`${header}.${base64url.encode(JSON.stringify({ aud: PLATFORM }))}.signature`), "key", kid);
    }
  });

  test("must name the client or the agency that the key is registered for as its issuer", async () => {
    for (const iss of [own.agency, sibling.client, foreign.client, undefined]) {
      assert.equal(await reasonOf(await clientKey.sign({ iss })), "issuer");
    }
    assert.equal(await reasonOf(await agencyKey.sign({ iss: own.client })), "issuer");
    assert.match((await refusalOf(assertions.read(await agencyKey.sign({ iss: own.client })))).message, new RegExp(own.agency));
  });

  test("lives for at most a minute, and ends", async () => {
    const at = now();
    await assertions.read(await clientKey.sign({ iat: at, exp: at + 60 }));
    const tooLong = await clientKey.sign({ iat: at, exp: at + 61 });
    assert.equal(await reasonOf(tooLong), "lifetime");
    assert.match((await refusalOf(assertions.read(tooLong))).message, /61 s/);
    await assertions.read(await clientKey.sign({ iat: at - 60, exp: at - 1 }));
    assert.equal(await reasonOf(await clientKey.sign({ iat: at - 100, exp: at - 50 })), "expired");
  });

  test("was not signed in the future, apart from a few seconds for clocks that differ", async () => {
    const at = now();
    await assertions.read(await clientKey.sign({ iat: at + 3, exp: at + 60 }));
    assert.equal(await reasonOf(await clientKey.sign({ iat: at + 30, exp: at + 60 })), "future");
  });

  test("has every claim in its form", async () => {
    for (const claims of [
      { sub: undefined },
      { sub: "" },
      { role: "super_admin" },
      { jti: "short" },
      { iat: undefined },
      { exp: undefined },
      { client: "own" },
      { site: "own" },
    ]) {
      const refusal = await refusalOf(assertions.read(await clientKey.sign(claims)));
      assert.equal((refusal as AssertionRefusal).reason, "claims", JSON.stringify(claims));
      assert.match(refusal.message, new RegExp(Object.keys(claims)[0] as string));
    }
    assert.equal(await reasonOf(await clientKey.sign({ exp: "soon" })), "claims");
  });
});

describe("the role of an assertion", () => {
  const roleOf = async (key: SeededAssertionKey, role: string) => (await assertions.read(await key.sign({ role, client: own.client }))).role;

  test("is the lower one of what it claims and what its key vouches for", async () => {
    for (const role of ["client_member", "agency_member", "agency_admin"]) assert.equal(await roleOf(agencyKey, role), role);
    assert.equal(await roleOf(agencyKey, "agency_owner"), "agency_admin");
    for (const role of ["agency_member", "agency_owner"]) assert.equal(await roleOf(clientKey, role), "client_member");
  });
});

describe("the client and the site of an assertion", () => {
  const scopeOf = async (key: SeededAssertionKey, claims: Record<string, unknown>) => {
    const { clientId, siteId } = await assertions.read(await key.sign(claims));
    return [clientId, siteId];
  };
  const refused = async (key: SeededAssertionKey, claims: Record<string, unknown>) => assert.equal(await reasonOf(await key.sign(claims)), "tenant");

  test("are the client of its key, and a site of that client", async () => {
    assert.deepEqual(await scopeOf(clientKey, { client: own.client }), [own.client, null]);
    assert.deepEqual(await scopeOf(clientKey, { site: own.site }), [own.client, own.site]);
    await refused(clientKey, { client: sibling.client });
    await refused(clientKey, { site: sibling.site });
    await refused(clientKey, { site: randomUUID() });
  });

  test("are a client of the agency and one of its sites, where the key is the agency's", async () => {
    assert.deepEqual(await scopeOf(agencyKey, { client: sibling.client }), [sibling.client, null]);
    assert.deepEqual(await scopeOf(agencyKey, { client: sibling.client, site: sibling.site }), [sibling.client, sibling.site]);
    const second = await seedSite(database, { agency: own.agency, client: sibling.client });
    assert.deepEqual(await scopeOf(agencyKey, { client: sibling.client, site: second }), [sibling.client, second]);
    await refused(agencyKey, { client: own.client, site: sibling.site });
    await refused(agencyKey, { client: foreign.client });
    await refused(agencyKey, { client: randomUUID() });
  });

  test("must be named for a client's member and for a site, where the key is the agency's", async () => {
    await refused(agencyKey, { role: "client_member" });
    await refused(agencyKey, { site: own.site });
    assert.deepEqual(await scopeOf(agencyKey, { role: "client_member", client: own.client }), [own.client, null]);
  });

  test("are refused while the client is suspended", async () => {
    const { client, site } = await seedClient(database, own.agency);
    const set = (status: string) => database.withTenant(own.agency, (tx) => tx`update clients set status = ${status} where id = ${client}`);
    await set("suspended");
    await refused(agencyKey, { client, site });
    await set("active");
    assert.deepEqual(await scopeOf(agencyKey, { client, site }), [client, site]);
  });
});

describe("the use of an assertion", () => {
  const [installation, other] = [randomUUID() as string, randomUUID() as string];

  test("opens one session of each installation on one surface", async () => {
    const member = await assertions.read(await clientKey.sign());
    await assertions.use(member, installation, "surface");
    await assertions.use(member, other, "surface");
    assert.equal(await refusalCodeOf(assertions.use(member, installation, "surface")), "assertion_used");
    assert.equal(await refusalCodeOf(assertions.use(member, randomUUID(), "another")), "assertion_used");
    const next = await assertions.read(await clientKey.sign());
    await assertions.use(next, installation, "another");
  });

  test("does not use up an assertion of another key with the same id", async () => {
    const otherKey = await seedAssertionKey(database, { agency: own.agency, client: sibling.client });
    for (const key of [clientKey, otherKey]) await assertions.use(await assertions.read(await key.sign({ jti: "the-same-id" })), installation, key.id);
  });

  test("is one of many at the same time", async () => {
    const member = await assertions.read(await clientKey.sign());
    const outcomes = await Promise.allSettled([1, 2, 3, 4].map(() => assertions.use(member, installation, "surface")));
    assert.equal(outcomes.filter(({ status }) => status === "fulfilled").length, 1);
  });

  test("is noted on its key, and on no other, at most once a minute", async () => {
    const [key, unused] = [await seedAssertionKey(database, own), await seedAssertionKey(database, own)];
    const usedAt = async (id: string) => {
      const [row] = await database.withTenant(own.agency, (tx) => tx`select last_used_at as at from assertion_keys where id = ${id}`);
      return (row?.at as Date | null)?.getTime() ?? null;
    };
    const use = async () => assertions.use(await assertions.read(await key.sign()), installation, "surface");
    await use();
    const first = await usedAt(key.id);
    assert.ok(first !== null && Math.abs(first - Date.now()) < 60_000);
    await use();
    assert.equal(await usedAt(key.id), first);
    await database.withTenant(own.agency, (tx) => tx`update assertion_keys set last_used_at = now() - interval '2 minutes' where id = ${key.id}`);
    await use();
    assert.ok(((await usedAt(key.id)) as number) >= first);
    assert.equal(await usedAt(unused.id), null);
  });
});

describe("a sign-out", () => {
  const read = async (sub: string, key = clientKey) => assertions.read(await key.sign({ sub }));

  test("ends what was signed for that person until then, and for no other person or key", async () => {
    const otherKey = await seedAssertionKey(database, own);
    const before = await clientKey.sign({ sub: "signed-out" });
    await assertions.read(before);
    await assertions.signOut(before, 60);
    forgetKeys();
    assert.equal(await reasonOf(before), "signed out");
    await read("another");
    await read("signed-out", otherKey);
  });

  test("lets the person come back with what is signed later", async () => {
    const at = now();
    const old = await clientKey.sign({ sub: "back", iat: at - 30, exp: at + 30 });
    await assertions.signOut(old, 60);
    const move = (seconds: number) =>
      database.withTenant(
        own.agency,
        (tx) => tx`update signed_out_members set signed_out_at = now() - make_interval(secs => ${seconds}) where subject = 'back'`,
      );
    await move(10);
    forgetKeys();
    assert.equal(await reasonOf(old), "signed out");
    await read("back");
  });

  test("counts again when the person signs out once more", async () => {
    const jwt = await clientKey.sign({ sub: "twice" });
    await assertions.signOut(jwt, 60);
    await database.withTenant(own.agency, (tx) => tx`update signed_out_members set signed_out_at = now() - interval '1 hour' where subject = 'twice'`);
    forgetKeys();
    await assertions.read(jwt);
    await assertions.signOut(jwt, 60);
    forgetKeys();
    assert.equal(await reasonOf(jwt), "signed out");
  });

  test("works with an assertion that has expired, for as long as the caller says", async () => {
    const at = now();
    const expired = await clientKey.sign({ sub: "expired", iat: at - 200, exp: at - 150 });
    const rows = () => database.withTenant(own.agency, (tx) => tx`select from signed_out_members where subject = 'expired'`);
    await assertions.signOut(expired, 60);
    assert.equal((await rows()).length, 0);
    await assertions.signOut(expired, 3_600);
    assert.equal((await rows()).length, 1);
  });

  test("with an assertion that is not valid does nothing", async () => {
    const rows = () => database.withPlatform("test", (tx) => tx`select from signed_out_members`);
    const { length } = await rows();
    for (const jwt of [
      "assertion",
      await clientKey.sign({ iss: own.agency, sub: "eve" }),
      await clientKey.sign({ aud: "https://other.example", sub: "eve" }),
    ]) {
      await assertions.signOut(jwt, 60);
    }
    assert.equal((await rows()).length, length);
  });
});

test("the key that an assertion names is read from its header alone", () => {
  const header = (value: unknown) => `${base64url.encode(JSON.stringify(value))}.e30.`;
  assert.equal(keyIdIn(header({ alg: "EdDSA", kid: "key" })), "key");
  for (const jwt of ["", "assertion", header({ alg: "EdDSA" }), header({ alg: "EdDSA", kid: 7 })]) assert.equal(keyIdIn(jwt), undefined, jwt);
});
