import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { exportJWK, generateKeyPair, importJWK, type JWTPayload, SignJWT } from "jose";
import { installationLabel } from "@dramac/contracts";
import { type Answer, dialPort } from "../../src/index.ts";
import { startTwoInstallations, type TwoInstallations } from "./two-installations.ts";

const now = () => Math.floor(Date.now() / 1_000);
const b64 = (value: object): string => Buffer.from(JSON.stringify(value)).toString("base64url");
const claimsOf = (token: string) => JSON.parse(Buffer.from(token.split(".")[1] ?? "", "base64url").toString()) as JWTPayload & Record<string, unknown>;

const ours = { ...(await exportJWK((await generateKeyPair("EdDSA", { extractable: true })).privateKey)), kid: "ours" };
const { d: _private, ...open } = ours;

let two: TwoInstallations;
before(async () => {
  two = await startTwoInstallations({ DRAMAC_SIGNING_KEYS: JSON.stringify([ours]) });
});
after(() => two?.platform.close());

const codeOf = ({ body }: Answer) => (JSON.parse(body) as { code?: string }).code;
const useToken = (token: string) =>
  two.post(two.probe, `/api/modules/${two.probe}/proxy`, { requestId: 1, method: "GET", endpoint: "/site" }, { authorization: `Bearer ${token}` });
const stream = (token: string) =>
  dialPort(two.platform.port, `/api/modules/${two.probe}/stream?collection=notes`, {
    headers: { origin: `http://${installationLabel(two.probe)}.frames.localhost:${two.platform.port}`, authorization: `Bearer ${token}` },
  });

/** Signs as the platform does, with its own key. */
const signed = async (claims: JWTPayload, header: Record<string, unknown> = {}) =>
  new SignJWT(claims).setProtectedHeader({ alg: "EdDSA", kid: ours.kid, ...header }).sign(await importJWK(ours, "EdDSA"));

/** The same words under signatures that are none of ours, and under ours with other words: each with what is answered. */
async function forgeries(claims: JWTPayload & Record<string, unknown>): Promise<[what: string, token: string, code: string][]> {
  const stranger = (await generateKeyPair("EdDSA")).privateKey;
  const words = b64(claims);
  const unsigned = (header: object, signature = "") => `${b64(header)}.${words}.${signature}`;
  const publicForms = [open.x as string, JSON.stringify(open), Buffer.from(open.x as string, "base64url")];
  const byHmac = publicForms.map((secret, form): [string, string, string] => {
    const signedText = `${b64({ alg: "HS256", kid: ours.kid })}.${words}`;
    return [`HS256 with the public key, form ${form}`, `${signedText}.${createHmac("sha256", secret).update(signedText).digest("base64url")}`, "unauthorized"];
  });
  const own = await signed(claims);
  const [head = "", , signature = ""] = own.split(".");
  const kids = [
    "other",
    "",
    "../../etc/passwd",
    "/dev/null",
    "ours' or '1'='1",
    "ours\u0000",
    "__proto__",
    "constructor",
    "OURS",
    " ours",
    "https://evil.example/jwks",
  ];
  return [
    ...["none", "None", "NONE", "nOnE", ""].map((alg): [string, string, string] => [`alg ${alg}`, unsigned({ alg, kid: ours.kid }), "unauthorized"]),
    ["alg none with our signature", unsigned({ alg: "none", kid: ours.kid }, signature), "unauthorized"],
    ...byHmac,
    ...(await Promise.all(kids.map(async (kid): Promise<[string, string, string]> => [`kid ${kid}`, await signed(claims, { kid }), "unauthorized"]))),
    ["a kid that is a list", `${b64({ alg: "EdDSA", kid: [ours.kid] })}.${words}.${signature}`, "unauthorized"],
    ["no kid", unsigned({ alg: "EdDSA" }, signature), "unauthorized"],
    ["a key of its own in the header", await new SignJWT(claims).setProtectedHeader({ alg: "EdDSA", kid: ours.kid, jwk: open }).sign(stranger), "unauthorized"],
    [
      "a key to be fetched",
      await new SignJWT(claims).setProtectedHeader({ alg: "EdDSA", kid: ours.kid, jku: "https://evil.example/" }).sign(stranger),
      "unauthorized",
    ],
    ["critical header parameters that are unknown here", unsigned({ alg: "EdDSA", kid: ours.kid, crit: ["b64"], b64: false }, signature), "unauthorized"],
    ["expired", await signed({ ...claims, exp: now() - 10 }), "token_expired"],
    ["not yet valid", await signed({ ...claims, nbf: now() + 60 }), "unauthorized"],
    ["another audience", await signed({ ...claims, aud: "dramac:other" }), "unauthorized"],
    ["no audience", await signed(Object.fromEntries(Object.entries(claims).filter(([name]) => name !== "aud"))), "unauthorized"],
    ["another issuer", await signed({ ...claims, iss: "https://evil.example" }), "unauthorized"],
    ["words changed under our signature", `${head}.${b64({ ...claims, principal: "super_admin" })}.${signature}`, "unauthorized"],
    ["a signature cut short", own.slice(0, -4), "unauthorized"],
    ["two signatures", `${own}.${signature}`, "unauthorized"],
    ["very long", await signed({ ...claims, padding: "a".repeat(4_000) }), "unauthorized"],
    ["nothing but dots", "..", "unauthorized"],
  ];
}

describe("52: capability tokens", () => {
  test("signed with the platform's key are accepted", async () => {
    const { token } = JSON.parse((await two.openSession(two.probe)).body) as { token: string };
    assert.equal((await useToken(token)).status, 200);
    assert.equal((await useToken(await signed(claimsOf(token)))).status, 200);
    assert.equal((await useToken(await signed({ ...claimsOf(token), nbf: now() - 1 }))).status, 200);
  });

  test("that are forged, expired, not yet valid, too long, or for another audience or issuer are refused by calls and streams", async () => {
    const claims = claimsOf((JSON.parse((await two.openSession(two.probe)).body) as { token: string }).token);
    for (const [what, token, code] of await forgeries(claims)) {
      const answers = [await useToken(token), await stream(token)];
      assert.deepEqual(
        answers.map((answer) => [answer.status, codeOf(answer)]),
        [
          [401, code],
          [401, code],
        ],
        what,
      );
    }
  });

  test("without an expiry are refused", async () => {
    const { exp: _end, ...endless } = claimsOf((JSON.parse((await two.openSession(two.probe)).body) as { token: string }).token);
    assert.equal((await useToken(await signed(endless))).status, 401);
  });
});

describe("52: visitors' credentials", () => {
  const asVisitor = async (visitor: string | null) => {
    const surface = two.platform.seeded.sites.shop?.siteKey;
    const answer = await two.post(two.probe, "/api/sessions", { installation: two.probe, surface, hostOrigin: "http://shop.example", visitor });
    const { token = "", visitor: credential } = JSON.parse(answer.body) as { token?: string; visitor?: string };
    return { status: answer.status, sub: token && claimsOf(token).sub, credential };
  };

  test("identify the same visitor when they are genuine, and make a new visitor when they are not", async () => {
    const first = await asVisitor(null);
    const claims = claimsOf(first.credential ?? "");
    assert.equal((await asVisitor(first.credential ?? "")).sub, first.sub);
    assert.equal((await asVisitor(await signed(claims))).sub, first.sub, "as the platform makes them");
    for (const [what, credential] of await forgeries(claims)) {
      const answer = await asVisitor(credential);
      if (credential.length > 4_000) assert.equal(answer.status, 422, what);
      else assert.ok(answer.status === 200 && answer.sub && answer.sub !== first.sub && answer.credential, what);
    }
    assert.notEqual((await asVisitor(await signed({ ...claims, surface: "site_0000000000000000000000" }))).sub, first.sub, "of another surface");
  });

  test("are not accepted as capability tokens, nor capability tokens as credentials", async () => {
    const { credential = "" } = await asVisitor(null);
    const { token } = JSON.parse((await two.openSession(two.probe)).body) as { token: string };
    assert.equal(codeOf(await useToken(credential)), "unauthorized");
    const { sub } = await asVisitor(token);
    assert.notEqual(sub, claimsOf(token).sub);
    assert.equal((await useToken(token)).status, 200);
  });
});
