import assert from "node:assert/strict";
import { before, test } from "node:test";
import type { InstallationId } from "@dramac/contracts";
import { importJWK, SignJWT } from "jose";
import { createSigningKey, createTokens, type SigningKeys, type Tokens } from "../../src/services/tokens.ts";
import { createVisitors, type Visitors } from "../../src/services/visitors.ts";

const ISSUER = "https://platform.example";
const DAY_SECONDS = 86_400;
const [ONE, OTHER] = ["installation-1", "installation-2"] as [InstallationId, InstallationId];

let key: SigningKeys[number];
let tokens: Tokens;
let visitors: Visitors;
before(async () => {
  key = await createSigningKey();
  tokens = await createTokens(ISSUER, [key]);
  visitors = createVisitors(tokens, Buffer.alloc(32, 1));
});

/** A credential that is as old as the given number of seconds. */
async function credentialOf(
  ageSeconds: number,
  { surface = "surface", audience = "dramac:visitor", subject = "visitor" as string | null } = {},
): Promise<string> {
  const issuedAt = Math.floor(Date.now() / 1_000) - ageSeconds;
  const jwt = new SignJWT({ surface }).setProtectedHeader({ alg: "EdDSA", kid: key.kid }).setIssuer(ISSUER).setAudience(audience);
  if (subject !== null) jwt.setSubject(subject);
  return jwt
    .setIssuedAt(issuedAt)
    .setExpirationTime(issuedAt + 180 * DAY_SECONDS)
    .sign(await importJWK(key, "EdDSA"));
}

test("a visitor without a credential gets one, and has the same name with it", async () => {
  const { sub, credential } = await visitors.identify("surface", null, ONE);
  assert.ok(credential);
  assert.deepEqual(await visitors.identify("surface", credential, ONE), { sub });
  const again = await visitors.identify("surface", null, ONE);
  assert.notEqual(again.sub, sub);
});

test("a credential lasts for 180 days on its surface", async () => {
  const { credential } = await visitors.identify("surface", null, ONE);
  const { surface, sub, iat, exp } = await tokens.verify(credential as string, "dramac:visitor");
  assert.deepEqual([surface, typeof sub, Number(exp) - Number(iat)], ["surface", "string", 180 * DAY_SECONDS]);
});

test("a visitor has another name in another installation, and with another secret", async () => {
  const credential = await credentialOf(0);
  const name = (await visitors.identify("surface", credential, ONE)).sub;
  assert.equal(name, visitors.subject("visitor", ONE));
  assert.equal(name.length, 24);
  assert.notEqual((await visitors.identify("surface", credential, OTHER)).sub, name);
  assert.notEqual((await createVisitors(tokens, Buffer.alloc(32, 2)).identify("surface", credential, ONE)).sub, name);
});

test("a credential of a day is replaced for the same visitor, and a younger one is not", async () => {
  const young = await visitors.identify("surface", await credentialOf(DAY_SECONDS - 10), ONE);
  assert.equal("credential" in young, false);
  const old = await visitors.identify("surface", await credentialOf(DAY_SECONDS + 10), ONE);
  assert.equal(old.sub, young.sub);
  assert.deepEqual(await visitors.identify("surface", old.credential as string, ONE), { sub: young.sub });
});

test("a credential is replaced when it is exactly one day old", async ({ mock }) => {
  const now = 1_800_000_000_000;
  mock.timers.enable({ apis: ["Date"], now });
  for (const [ageSeconds, isReplaced] of [
    [DAY_SECONDS - 1, false],
    [DAY_SECONDS, true],
  ] as const) {
    assert.equal("credential" in (await visitors.identify("surface", await credentialOf(ageSeconds), ONE)), isReplaced);
  }
});

test("a credential of another surface, of another kind, expired or forged is worth nothing", async () => {
  const { sub: known } = await visitors.identify("surface", await credentialOf(0), ONE);
  for (const credential of [
    await credentialOf(0, { surface: "another" }),
    await credentialOf(0, { audience: "dramac:proxy" }),
    await credentialOf(0, { subject: null }),
    await credentialOf(181 * DAY_SECONDS),
    "",
    "credential",
  ]) {
    const { sub, credential: next } = await visitors.identify("surface", credential, ONE);
    assert.notEqual(sub, known);
    assert.notEqual(sub, visitors.subject("undefined", ONE));
    assert.ok(next);
  }
});
