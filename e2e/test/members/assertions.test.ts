import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { generateKeyPair, SignJWT } from "jose";
import { startPlatform, type TestPlatform } from "../../src/index.ts";
import { type Agency, call, makeAgency } from "../management/api.ts";
import { createAgencyApi } from "../management/agency-api.ts";
import { type Backend, createPages, startBackend } from "./backend.ts";

const HOST = "https://portal.example";

let platform: TestPlatform;
let own: Agency;
let other: Agency;
let members: Backend;
let staff: Backend;
let pages: ReturnType<typeof createPages>;
let installation = "";
let sibling = "";

before(async () => {
  platform = await startPlatform(() => []);
  [own, other] = [await makeAgency(platform, "own"), await makeAgency(platform, "other")];
  const agencyApi = createAgencyApi(platform, own);
  const portal = { installLevel: "client", entryPoints: { portalPage: "main.js" }, hooks: ["portal:sidebar"], permissions: ["access:storage", "read:client"] };
  const installed = async (slug: string) =>
    (await agencyApi.asOwner("POST", `/api/clients/${own.ids.clientId}/installations`, { moduleId: await agencyApi.publish(slug, portal) })).body.id as string;
  [installation, sibling] = [await installed("invoices"), await installed("contracts")];
  const surface = (await agencyApi.asOwner("POST", `/api/clients/${own.ids.clientId}/surfaces`, { name: "Portal", origins: [HOST] })).body.key;
  members = await startBackend(platform, own, { role: "client_member", clientId: own.ids.clientId as string });
  staff = await startBackend(platform, own, { role: "agency_admin", algorithm: "ES256" });
  pages = createPages(platform, surface, HOST);
});
after(() => platform?.close());

const opened = async (more: object) => {
  const answer = await pages.session(installation, more);
  assert.equal(answer.status, 200, JSON.stringify(answer.body));
  return answer.body as { token: string; permissions: string[] };
};
const notes = (token: string) => pages.call(installation, token, { method: "GET", endpoint: "/storage/notes" });
const principalIn = (token: string) =>
  JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as { principal: string; member: { role: string; subject: string } };

/** Within the two seconds that every change has. */
async function within(isDone: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + 2_000;
  while (!(await isDone())) assert.ok(Date.now() < end, "it took longer than two seconds");
}

describe("an assertion", () => {
  test("makes a visitor a member, with Ed25519 and with P-256", async () => {
    const { token, permissions } = await opened({ assertion: await members.sign() });
    assert.equal(principalIn(token).principal, "client_member");
    assert.deepEqual(permissions, ["read:client", "access:storage"]);
    assert.equal((await notes(token)).status, 200);
    assert.equal(principalIn((await opened({ assertion: await staff.sign() })).token).principal, "agency_member");
  });

  test("is required on surfaces for members", async () => {
    const { status, body } = await pages.session(installation);
    assert.deepEqual([status, body.code], [403, "principal_too_low"]);
    assert.match(body.detail, /dramac\('identify'/);
  });

  test("53: opens one session for each installation", async () => {
    const assertion = await members.sign();
    await opened({ assertion });
    const again = await pages.session(installation, { assertion });
    assert.deepEqual([again.status, again.body.code], [401, "assertion_used"]);
    assert.equal((await pages.session(sibling, { assertion })).status, 200);
  });

  test("53: opens one session for twenty concurrent requests", async () => {
    const assertion = await members.sign();
    const answers = await Promise.all(Array.from({ length: 20 }, () => pages.session(installation, { assertion })));
    assert.equal(answers.filter(({ status }) => status === 200).length, 1);
  });

  test("cannot have a higher role than its key", async () => {
    for (const role of ["agency_owner", "agency_member"]) {
      const { token } = await opened({ assertion: await members.sign({ role }) });
      assert.deepEqual([principalIn(token).principal, principalIn(token).member.role], ["client_member", "client_member"]);
    }
    assert.equal(principalIn((await opened({ assertion: await staff.sign({ role: "agency_owner" }) })).token).member.role, "agency_admin");
  });

  const refusals: readonly (readonly [why: string, assertion: () => Promise<string>, detail: RegExp])[] = [
    ["has an unknown key", async () => members.sign({}, { kid: crypto.randomUUID() }), /names no registered, valid key/],
    ["names a path as its key", async () => members.sign({}, { kid: "../../etc/passwd" }), /names no registered, valid key/],
    ["is of another key pair", async () => members.sign({}, {}, (await generateKeyPair("EdDSA")).privateKey), /not signed with the registered key/],
    ["is for another platform", async () => members.sign({ aud: "https://elsewhere.example" }), /aud must be/],
    ["is issued by another tenant", async () => members.sign({ iss: other.ids.agencyId as string }), /iss must be/],
    ["has expired", async () => members.sign({ iat: now() - 120, exp: now() - 61 }), /has expired/],
    ["lives too long", async () => members.sign({ exp: now() + 3_600 }), /valid for 3600 s/],
    ["comes from the future", async () => members.sign({ iat: now() + 600, exp: now() + 630 }), /./],
    ["has no jti", async () => members.sign({ jti: undefined as never }), /jti/],
    ["has no subject", async () => members.sign({ sub: undefined as never }), /sub/],
    ["asks for the platform's own role", async () => staff.sign({ role: "super_admin" }), /role/],
    ["is of a client's key and names another client", async () => members.sign({ client: other.ids.clientId }), /another client/],
    ["names another agency's client", async () => staff.sign({ client: other.ids.clientId }), /no such client/],
    ["names another client's site", async () => staff.sign({ client: own.ids.clientId, site: other.ids.siteId }), /no such site/],
    ["holds a control character", async () => members.sign({ sub: "a\0b" }), /sub/],
    ["is no JWT", async () => "nonsense", /not a JWT/],
    ["is unsigned", async () => `${b64({ alg: "none", kid: members.kid })}.${b64({ sub: "ada", aud: platform.url })}.`, /not signed/],
    [
      "is signed with the public key as a secret",
      async () =>
        new SignJWT({ sub: "ada", aud: platform.url })
          .setProtectedHeader({ alg: "HS256", kid: members.kid })
          .sign(Buffer.from("the public key, as bytes of a secret")),
      /not signed/,
    ],
  ];
  for (const [why, assertion, detail] of refusals) {
    test(`is refused if it ${why}`, async () => {
      const { status, body } = await pages.session(installation, { assertion: await assertion() });
      assert.deepEqual([status, body.code], [401, "assertion_refused"]);
      assert.match(body.detail, detail);
    });
  }

  test("of another agency is refused, with a valid key of its own", async () => {
    const stranger = await startBackend(platform, other, { role: "agency_owner" });
    const { status, body } = await pages.session(installation, { assertion: await stranger.sign() });
    assert.deepEqual([status, body.code], [403, "surface_not_allowed"]);
  });

  test("of another client of the same agency is refused", async () => {
    const { id } = (
      await call(platform, { key: own.keys.agency_owner, method: "POST", path: `/api/agencies/${own.ids.agencyId}/clients`, body: { name: "Mill" } })
    ).body;
    const stranger = await startBackend(platform, own, { role: "client_member", clientId: id });
    const { status, body } = await pages.session(installation, { assertion: await stranger.sign() });
    assert.deepEqual([status, body.code], [403, "surface_not_allowed"]);
    assert.equal((await pages.plan(await stranger.sign())).status, 403);
  });
});

describe("a member's session", () => {
  test("is renewed with its previous token, for the same member", async () => {
    const first = await opened({ assertion: await members.sign() });
    const second = await opened({ previous: first.token });
    assert.deepEqual(principalIn(second.token).member, principalIn(first.token).member);
    assert.equal((await notes(second.token)).status, 200);
  });

  test("belongs to the new member as soon as the page says so, with any token that its shell still has", async () => {
    const { token } = await opened({ assertion: await members.sign() });
    const next = await opened({ previous: token, assertion: await members.sign({ sub: "bo" }) });
    assert.equal(principalIn(next.token).member.subject, "bo");
    // A page that has only its first assertion still acts for the same member.
    const stale = await opened({ previous: token, assertion: await members.sign({ iat: now() - 120, exp: now() - 60 }) });
    assert.equal(principalIn(stale.token).member.subject, "ada");
  });

  test("is not renewed for another installation or with an invalid token", async () => {
    const { token } = await opened({ assertion: await members.sign() });
    assert.equal((await pages.session(sibling, { previous: token })).status, 403);
    assert.equal((await pages.session(installation, { previous: `${token}x` })).status, 403);
  });

  test("ends within two seconds when its member signs out in any tab, and is not renewed; sessions of others continue", async () => {
    const assertion = await members.sign({ sub: "eve" });
    const { token } = await opened({ assertion });
    const otherTab = await opened({ assertion: await members.sign({ sub: "eve" }) });
    const bystander = await opened({ assertion: await members.sign() });
    assert.equal((await pages.signOut(assertion)).status, 204);
    for (const gone of [token, otherTab.token]) {
      await within(async () => (await notes(gone)).status === 401);
      assert.equal((await pages.session(installation, { previous: gone })).status, 403);
    }
    assert.equal((await pages.session(sibling, { assertion })).body.code, "assertion_refused");
    assert.equal((await notes(bystander.token)).status, 200);
    assert.equal((await pages.session(installation, { assertion: await members.sign({ sub: "eve", iat: now() + 2, exp: now() + 30 }) })).status, 200);
  });

  test("ends within two seconds when its key is revoked", async () => {
    const backend = await startBackend(platform, own, { role: "client_member", clientId: own.ids.clientId as string });
    const { token } = await opened({ assertion: await backend.sign() });
    const bystander = await opened({ assertion: await members.sign() });
    await backend.revoke();
    await within(async () => (await notes(token)).status === 401);
    assert.equal((await pages.session(installation, { assertion: await backend.sign() })).body.code, "assertion_refused");
    assert.equal((await notes(bystander.token)).status, 200);
  });

  test("does not end when another caller merely names its assertion", async () => {
    const assertion = await members.sign();
    const { token } = await opened({ assertion });
    const [head, , signature] = assertion.split(".");
    await pages.signOut(`${head}.${b64({ sub: "ada", aud: platform.url })}.${signature}`);
    assert.equal((await notes(token)).status, 200);
  });
});

describe("a key", () => {
  const register = (publicKey: unknown, more: object = {}) =>
    call(platform, {
      key: own.keys.agency_owner,
      method: "POST",
      path: `/api/agencies/${own.ids.agencyId}/assertion-keys`,
      body: {
        label: "k",
        role: "agency_member",
        publicKey,
        ...more,
      },
    });

  test("is accepted as JWK or PEM, and the answer contains no secret", async () => {
    const { publicKey } = await generateKeyPair("ES256", { extractable: true });
    const { exportJWK, exportSPKI } = await import("jose");
    for (const form of [await exportJWK(publicKey), await exportSPKI(publicKey)]) {
      const { status, body } = await register(form);
      assert.deepEqual([status, body.algorithm, body.publicKey.d], [201, "ES256", undefined]);
    }
  });

  test("is refused if it is private, and the answer says what to do", async () => {
    const { privateKey } = await generateKeyPair("EdDSA", { extractable: true });
    const { exportJWK, exportPKCS8 } = await import("jose");
    for (const form of [await exportJWK(privateKey), await exportPKCS8(privateKey)]) {
      const { status, body } = await register(form);
      assert.equal(status, 422);
      assert.match(JSON.stringify(body), /private key|publicKey/);
    }
  });

  test("of RSA, or an invalid one, is refused", async () => {
    const { exportSPKI } = await import("jose");
    for (const form of [await exportSPKI((await generateKeyPair("RS256", { extractable: true })).publicKey), `-----BEGIN PUBLIC KEY-----${"A".repeat(80)}`]) {
      assert.equal((await register(form)).status, 422);
    }
  });

  test("cannot assert a role above that of its registrant", async () => {
    const answer = await call(platform, {
      key: own.keys.agency_admin,
      method: "POST",
      path: `/api/agencies/${own.ids.agencyId}/assertion-keys`,
      body: {
        label: "k",
        role: "agency_owner",
        publicKey: { kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" },
      },
    });
    assert.equal(answer.body.code, "principal_too_low");
  });
});

const now = () => Math.floor(Date.now() / 1_000);
const b64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
