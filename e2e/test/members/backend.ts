import { randomInt } from "node:crypto";
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from "jose";
import { installationLabel, type InstallationId } from "@dramac/contracts";
import { dialPort, type TestPlatform } from "../../src/index.ts";
import { type Agency, call } from "../management/api.ts";

/** A customer's own backend: it registers a public key, and signs assertions with the private one. */
export async function startBackend(
  platform: Pick<TestPlatform, "port" | "url">,
  agency: { readonly ids: Readonly<Record<string, string>>; readonly keys: Pick<Agency["keys"], "agency_owner"> },
  { role, clientId = null, algorithm = "EdDSA" }: { role: string; clientId?: string | null; algorithm?: "EdDSA" | "ES256" },
) {
  const { publicKey, privateKey } = await generateKeyPair(algorithm);
  const path = `/api/agencies/${agency.ids.agencyId}/assertion-keys`;
  const registered = await call(platform, {
    key: agency.keys.agency_owner,
    method: "POST",
    path,
    body: { label: "portal", role, clientId, publicKey: await exportJWK(publicKey) },
  });
  if (registered.status !== 201) throw new Error(JSON.stringify(registered.body));
  const kid = registered.body.id as string;

  /** Signs an assertion. Given claims replace the usual ones; `undefined` omits a claim. */
  function sign(claims: JWTPayload & Record<string, unknown> = {}, header: Record<string, unknown> = {}, key = privateKey): Promise<string> {
    const now = Math.floor(Date.now() / 1_000);
    const usual = { iss: clientId ?? agency.ids.agencyId, aud: platform.url, sub: "ada", role, jti: crypto.randomUUID(), iat: now, exp: now + 60 };
    const payload = Object.fromEntries(Object.entries({ ...usual, ...claims }).filter(([, value]) => value !== undefined));
    return new SignJWT(payload).setProtectedHeader({ alg: algorithm, kid, ...header }).sign(key);
  }

  return { kid, sign, revoke: () => call(platform, { key: agency.keys.agency_owner, method: "DELETE", path: `${path}/${kid}` }) };
}

export type Backend = Awaited<ReturnType<typeof startBackend>>;

/** The requests of one surface's pages and shells to a platform. */
export function createPages(platform: Pick<TestPlatform, "port">, surface: string, host: string) {
  const post = async (path: string, body: unknown, headers: Record<string, string>) => {
    const answer = await dialPort(platform.port, path, {
      method: "POST",
      // Where a proxy is trusted, each call comes from a network of its own.
      headers: { "content-type": "application/json", "x-forwarded-for": `10.${randomInt(256)}.${randomInt(256)}.${randomInt(256)}`, ...headers },
      body: JSON.stringify(body),
    });
    return { status: answer.status, headers: answer.headers, body: answer.body ? JSON.parse(answer.body) : undefined };
  };
  const frames = (id: string) => `http://${installationLabel(id as InstallationId)}.frames.localhost:${platform.port}`;
  return {
    plan: (assertion: string, origin = host) => post(`/api/surfaces/${surface}/plan`, { assertion }, { origin }),
    signOut: (assertion: string) => post(`/api/surfaces/${surface}/sign-out`, { assertion }, { origin: host }),
    session: (installation: string, more: object = {}) =>
      post("/api/sessions", { installation, surface, hostOrigin: host, ...more }, { origin: frames(installation) }),
    call: (installation: string, token: string, { method, endpoint, data }: { method: string; endpoint: string; data?: unknown }) =>
      post(`/api/modules/${installation}/proxy`, { requestId: 1, method, endpoint, data }, { origin: frames(installation), authorization: `Bearer ${token}` }),
  };
}
