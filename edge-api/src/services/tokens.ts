import { errors, exportJWK, generateKeyPair, importJWK, type JWK, jwtVerify, SignJWT } from "jose";
import { type InstallationId, MEMBER_SESSION_HOURS, type Permission, type Principal, type SessionResponse } from "@dramac/contracts";
import { randomUUID } from "node:crypto";
import { ApiError } from "../http/api-error.ts";
import type { Member } from "./identity/member.ts";

type Key = Awaited<ReturnType<typeof generateKeyPair>>["privateKey"];

const ALGORITHM = "EdDSA";
const LIFETIME_SECONDS = 300;
const CLOCK_SECONDS = 5;
const AUDIENCE = "dramac:proxy";

/** The claims of a capability token. The API checks status and granted permissions again on each call. */
export interface Capability {
  readonly tenant: string;
  readonly site: string | null;
  readonly installation: InstallationId;
  readonly module: string;
  readonly version: string;
  readonly hostOrigin: string;
  readonly surface: string;
  readonly principal: Principal;
  /** The visitor's id for this installation only; absent for a visitor without a credential. */
  readonly sub?: string;
  readonly permissions: readonly Permission[];
  readonly grantsEpoch: number;
  /** The person that a customer's backend vouched for. */
  readonly member?: Member;
}

/** Private Ed25519 keys as JWK with `kid`. The first one signs, all of them verify. */
export type SigningKeys = readonly (JWK & { readonly kid: string })[];

export async function createSigningKey(): Promise<SigningKeys[number]> {
  const { privateKey } = await generateKeyPair(ALGORITHM, { extractable: true, crv: "Ed25519" });
  return { ...(await exportJWK(privateKey)), kid: randomUUID() };
}

/** Mints and verifies tokens with one algorithm. A token whose header names another algorithm is refused. */
export async function createTokens(issuer: string, keys: SigningKeys) {
  const pairs = new Map<string, { sign: Key; verify: Key }>();
  for (const jwk of keys) {
    const { d: _private, ...open } = jwk;
    pairs.set(jwk.kid, { sign: (await importJWK(jwk, ALGORITHM)) as Key, verify: (await importJWK(open, ALGORITHM)) as Key });
  }
  const signer = keys[0];
  if (!signer) throw new Error("DRAMAC_SIGNING_KEYS holds no key.");

  function sign(claims: Record<string, unknown>, audience: string, seconds: number, subject?: string): Promise<string> {
    const jwt = new SignJWT(claims)
      .setProtectedHeader({ alg: ALGORITHM, kid: signer?.kid as string })
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(`${seconds}s`)
      .setJti(randomUUID());
    if (subject) jwt.setSubject(subject);
    return jwt.sign(pairs.get(signer?.kid as string)?.sign as Key);
  }

  async function verify(token: string, audience: string, clockTolerance = CLOCK_SECONDS): Promise<Record<string, unknown>> {
    if (token.length > 4_000) throw new ApiError("unauthorized", "This token is too long to be one of ours.");
    try {
      const { payload } = await jwtVerify(
        token,
        ({ kid }) => {
          const pair = pairs.get(kid ?? "");
          if (!pair) throw new errors.JWKSNoMatchingKey();
          return pair.verify;
        },
        { algorithms: [ALGORITHM], issuer, audience, clockTolerance, requiredClaims: ["exp"] },
      );
      return payload;
    } catch (error) {
      if (error instanceof errors.JWTExpired) throw new ApiError("token_expired", "The token has expired. Open a new session.");
      throw new ApiError("unauthorized", "The token is not valid here. Open a new session.");
    }
  }

  return {
    async mint(capability: Capability): Promise<Pick<SessionResponse, "token" | "expiresAt" | "renewInMs">> {
      const { sub, ...claims } = capability;
      const token = await sign({ ...claims }, AUDIENCE, LIFETIME_SECONDS, sub);
      return { token, expiresAt: new Date(Date.now() + LIFETIME_SECONDS * 1_000).toISOString(), renewInMs: LIFETIME_SECONDS * 800 };
    },
    /** @throws ApiError `unauthorized`, `token_expired` */
    read: async (token: string): Promise<Capability> => (await verify(token, AUDIENCE)) as unknown as Capability,
    /** The claims of a token that may have expired; `undefined` for a token that we did not sign. */
    readPrevious: (token: string): Promise<Capability | undefined> =>
      verify(token, AUDIENCE, MEMBER_SESSION_HOURS * 3_600).then(
        (claims) => claims as unknown as Capability,
        () => undefined,
      ),
    sign,
    verify,
  };
}

export type Tokens = Awaited<ReturnType<typeof createTokens>>;
