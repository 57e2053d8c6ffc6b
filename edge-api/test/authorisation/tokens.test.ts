import assert from "node:assert/strict";
import { before, describe, test } from "node:test";
import type { InstallationId } from "@dramac/contracts";
import { base64url, generateKeyPair, importJWK, SignJWT } from "jose";
import { type Capability, createSigningKey, createTokens, type SigningKeys, type Tokens } from "../../src/services/tokens.ts";
import { refusalCodeOf, refusalOf } from "../helpers/refusal.ts";

const ISSUER = "https://platform.example";
const CAPABILITY: Capability = {
  tenant: "agency",
  site: null,
  installation: "installation" as InstallationId,
  module: "module",
  version: "1.0.0",
  hostOrigin: "https://page.example",
  surface: "surface",
  principal: "visitor",
  permissions: ["access:storage"],
  grantsEpoch: 3,
};
const HOUR_SECONDS = 3_600;

let key: SigningKeys[number];
let tokens: Tokens;
before(async () => {
  key = await createSigningKey();
  tokens = await createTokens(ISSUER, [key]);
});

test("a deployment without signing keys does not start", async () => {
  await assert.rejects(createTokens(ISSUER, []), /DRAMAC_SIGNING_KEYS/);
});

describe("a capability token", () => {
  test("says what was minted, for five minutes, and is renewed before it ends", async () => {
    const before = Date.now();
    const { token, expiresAt, renewInMs } = await tokens.mint({ ...CAPABILITY, sub: "visitor-name" });
    const { iat, exp, jti, iss, aud, ...claims } = (await tokens.read(token)) as unknown as Record<string, unknown>;
    assert.deepEqual(claims, { ...CAPABILITY, sub: "visitor-name" });
    assert.equal(Number(exp) - Number(iat), 300);
    const endsIn = Date.parse(expiresAt) - before;
    assert.ok(endsIn >= 300_000 && endsIn < 310_000 && renewInMs === 240_000, `${endsIn} ${renewInMs}`);
    assert.equal("sub" in (await tokens.read((await tokens.mint(CAPABILITY)).token)), false);
  });

  test("has an id of its own each time", async () => {
    const ids = await Promise.all([1, 2].map(async () => ((await tokens.read((await tokens.mint(CAPABILITY)).token)) as unknown as { jti: string }).jti));
    assert.notEqual(ids[0], ids[1]);
  });

  test("is verified with every key and signed with the first", async () => {
    const next = await createSigningKey();
    const rotated = await createTokens(ISSUER, [next, key]);
    await rotated.read((await tokens.mint(CAPABILITY)).token);
    const { token } = await rotated.mint(CAPABILITY);
    await rotated.read(token);
    assert.equal(await refusalCodeOf(tokens.read(token)), "unauthorized");
  });

  test("of another issuer, or for another audience, is refused", async () => {
    const elsewhere = await createTokens("https://other.example", [key]);
    assert.equal(await refusalCodeOf(tokens.read((await elsewhere.mint(CAPABILITY)).token)), "unauthorized");
    const credential = await tokens.sign({}, "dramac:visitor", 60, "visitor");
    await tokens.verify(credential, "dramac:visitor");
    assert.equal(await refusalCodeOf(tokens.read(credential)), "unauthorized");
  });

  test("is refused when its text was changed, or it is no token", async () => {
    const { token } = await tokens.mint(CAPABILITY);
    const [header = "", payload = "", signature = ""] = token.split(".");
    const claims = JSON.parse(Buffer.from(payload, "base64url").toString()) as object;
    const forged = base64url.encode(JSON.stringify({ ...claims, principal: "super_admin" }));
    for (const text of ["", "token", `${header}.${forged}.${signature}`, `${header}.${payload}.`]) {
      assert.equal(await refusalCodeOf(tokens.read(text)), "unauthorized", text);
    }
    await tokens.read(token);
  });

  test("is refused when it names no key, an unknown key or another algorithm", async () => {
    const sign = (header: { alg: string; kid?: string }, secret: Parameters<SignJWT["sign"]>[0]) =>
      new SignJWT({}).setProtectedHeader(header).setIssuer(ISSUER).setAudience("dramac:proxy").setExpirationTime("1m").sign(secret);
    const own = await importJWK(key, "EdDSA");
    const shared = Buffer.from(key.x as string, "base64url");
    await tokens.read(await sign({ alg: "EdDSA", kid: key.kid }, own));
    for (const token of [
      await sign({ alg: "EdDSA" }, own),
      await sign({ alg: "EdDSA", kid: "unknown" }, own),
      await sign({ alg: "EdDSA", kid: key.kid }, (await generateKeyPair("EdDSA", { crv: "Ed25519" })).privateKey),
      await sign({ alg: "HS256", kid: key.kid }, shared),
      `${base64url.encode(JSON.stringify({ alg: "none", kid: key.kid }))}.${base64url.encode(JSON.stringify({ iss: ISSUER, aud: "dramac:proxy", exp: 9e9 }))}.`,
    ]) {
      assert.match((await refusalOf(tokens.read(token))).message, /not valid/, token);
    }
  });

  test("without an end is refused", async () => {
    const endless = await new SignJWT({})
      .setProtectedHeader({ alg: "EdDSA", kid: key.kid })
      .setIssuer(ISSUER)
      .setAudience("dramac:proxy")
      .sign(await importJWK(key, "EdDSA"));
    assert.equal(await refusalCodeOf(tokens.read(endless)), "unauthorized");
  });

  test("that has expired is told so, after a few seconds for clocks that differ", async () => {
    await tokens.read(await tokens.sign({}, "dramac:proxy", -2));
    assert.equal(await refusalCodeOf(tokens.read(await tokens.sign({}, "dramac:proxy", -20))), "token_expired");
  });

  test("of at most 4000 characters is read, and a longer one is not", async () => {
    const signed = await Promise.all(Array.from({ length: 12 }, (_, at) => tokens.sign({ filler: "a".repeat(2_722 + at) }, "dramac:proxy", 60)));
    const longest = signed.find(({ length }) => length === 4_000);
    assert.ok(longest, signed.map(({ length }) => length).join());
    await tokens.read(longest);
    const tooLong = signed.filter(({ length }) => length > 4_000);
    assert.ok(tooLong.length);
    for (const token of tooLong) assert.equal(await refusalCodeOf(tokens.read(token)), "unauthorized");
  });
});

describe("the token of an earlier session", () => {
  test("is still read for twelve hours after it expired, and not longer", async () => {
    const expired = await tokens.sign({ ...CAPABILITY }, "dramac:proxy", -11 * HOUR_SECONDS);
    assert.equal((await tokens.readPrevious(expired))?.installation, CAPABILITY.installation);
    assert.equal(await tokens.readPrevious(await tokens.sign({ ...CAPABILITY }, "dramac:proxy", -13 * HOUR_SECONDS)), undefined);
  });

  test("is nothing when another deployment made it, or it is no token", async () => {
    const stranger = await createTokens(ISSUER, [await createSigningKey()]);
    for (const token of ["", "token", (await stranger.mint(CAPABILITY)).token]) assert.equal(await tokens.readPrevious(token), undefined);
  });
});

test("a new signing key is a private Ed25519 key with an id", async () => {
  const made = await createSigningKey();
  assert.deepEqual([made.kty, made.crv, typeof made.d, typeof made.kid], ["OKP", "Ed25519", "string", "string"]);
  assert.notEqual(made.kid, key.kid);
  assert.notEqual(made.x, key.x);
});
