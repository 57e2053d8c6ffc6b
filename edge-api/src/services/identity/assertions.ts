import { ASSERTED_ROLES, ASSERTION_SECONDS, AssertionClaimsSchema, type AssertionClaims, isInstallationId } from "@dramac/contracts";
import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from "jose";
import type { Database } from "../../db/database.ts";
import type { AssertionKey, AssertionKeys } from "./assertion-keys.ts";
import type { Member } from "./member.ts";
import { AssertionRefusal, type RefusalReason } from "./refusal-log.ts";

const CLOCK_SECONDS = 5;

const refuse = (reason: RefusalReason, sentence: string) => new AssertionRefusal(reason, sentence);

/**
 * Reads assertions: what customers' backends sign about their people. An assertion is accepted with a registered key, the key's own
 * algorithm and the key's own tenant, and gives at most the key's role.
 * @param audience the platform's address
 */
export function createAssertions(database: Database, keys: AssertionKeys, audience: string) {
  async function signedBy(jwt: string): Promise<AssertionKey> {
    const kid = keyIdIn(jwt);
    // Checked before the look-up of the key, so that assertions for other platforms cost no query.
    if (![unverified(jwt).aud].flat().includes(audience)) throw refuse("audience", `The assertion's aud must be ${audience}.`);
    const key = kid !== undefined && isInstallationId(kid) ? await keys.find(kid) : undefined;
    if (!key) {
      throw refuse("key", "The assertion names no registered, valid key: its header's kid must be the id from the answer to the key's registration.");
    }
    return key;
  }

  /** @param ageSeconds how long after its expiry the assertion is still accepted */
  async function verify(jwt: string, ageSeconds = CLOCK_SECONDS): Promise<{ key: AssertionKey; claims: AssertionClaims }> {
    const key = await signedBy(jwt);
    const issuer = key.clientId ?? key.agencyId;
    const { payload } = await jwtVerify(jwt, key.verify, { algorithms: [key.algorithm], issuer, audience, clockTolerance: ageSeconds }).catch(
      (error: unknown): { payload: JWTPayload } => {
        throw explain(error, { issuer, audience, algorithm: key.algorithm });
      },
    );
    const claims = AssertionClaimsSchema.safeParse(payload);
    if (!claims.success) {
      const [issue] = claims.error.issues;
      throw refuse("claims", `The assertion's claim ${issue?.path.join(".")}: ${issue?.message}.`);
    }
    const { iat, exp } = claims.data;
    if (exp - iat > ASSERTION_SECONDS)
      throw refuse("lifetime", `The assertion is valid for ${exp - iat} s: at most ${ASSERTION_SECONDS} s from iat to exp are allowed.`);
    if (iat > Date.now() / 1_000 + CLOCK_SECONDS) throw refuse("future", "The assertion's iat is in the future: set the clock of the server that signs.");
    return { key, claims: claims.data };
  }

  async function scopeOf(key: AssertionKey, { role, client, site }: AssertionClaims): Promise<Pick<Member, "clientId" | "siteId">> {
    if (key.clientId !== null && client !== undefined && client !== key.clientId)
      throw refuse("tenant", "The key is registered for another client than the one in the claim client.");
    const clientId = key.clientId ?? client ?? null;
    if (clientId === null && (role === "client_member" || site !== undefined)) throw refuse("tenant", "Name the client in the claim client.");
    if (clientId !== null) {
      const [found] = await database.withTenant(
        key.agencyId,
        (tx) => tx`
        select 1 from clients c where c.id = ${clientId} and c.status = 'active'
          and (${site ?? null}::uuid is null or exists (select from sites s where s.id = ${site ?? null} and s.client_id = c.id))`,
      );
      if (!found) throw refuse("tenant", "There is no such client, or the client has no such site.");
    }
    return { clientId, siteId: site ?? null };
  }

  return {
    /** The member that an assertion names. @throws AssertionRefusal that says what to fix */
    async read(jwt: string): Promise<Member> {
      const { key, claims } = await verify(jwt);
      if (await keys.hasSignedOut(key.id, claims.sub, claims.iat))
        throw refuse("signed out", "The member of this assertion has signed out since. Sign a new one.");
      return {
        keyId: key.id,
        jti: claims.jti,
        agencyId: key.agencyId,
        ...(await scopeOf(key, claims)),
        role: lowerRole(claims.role, key.role),
        subject: claims.sub,
        issuer: key.clientId ?? key.agencyId,
        since: claims.iat,
      };
    },
    /** Records that an assertion has opened a session of an installation, which it may do once. @throws AssertionRefusal `assertion_used` */
    async use({ agencyId, keyId, jti }: Member, installation: string, surface: string): Promise<void> {
      const [used] = await database.withTenant(agencyId, async (tx) => {
        await tx`update assertion_keys set last_used_at = now() where id = ${keyId} and (last_used_at is null or last_used_at < now() - interval '1 minute')`;
        return tx`
          insert into used_assertions (key_id, jti, installation_id, agency_id, surface_key)
          select ${keyId}, ${jti}, ${installation}, ${agencyId}, ${surface}
          where not exists (select from used_assertions where key_id = ${keyId} and jti = ${jti} and surface_key <> ${surface})
          on conflict do nothing returning 1`;
      });
      if (!used)
        throw new AssertionRefusal(
          "used",
          "This assertion has opened a session here before, or was used on another surface. Sign one for each: dramac('identify', function) asks for them.",
          "assertion_used",
        );
    },
    /** Ends every session of the member that an assertion names, in every tab. Invalid assertions are ignored. */
    async signOut(jwt: string, ageSeconds: number): Promise<void> {
      const read = await verify(jwt, ageSeconds).catch(() => undefined);
      if (!read) return;
      const { key, claims } = read;
      await database.withTenant(
        key.agencyId,
        (tx) => tx`
        insert into signed_out_members (key_id, subject, agency_id, signed_out_at) values (${key.id}, ${claims.sub}, ${key.agencyId}, now())
        on conflict (key_id, subject) do update set signed_out_at = excluded.signed_out_at`,
      );
    },
  };
}

function unverified(jwt: string): JWTPayload {
  try {
    return decodeJwt(jwt);
  } catch {
    throw refuse("form", "The assertion is not a JWT in compact form.");
  }
}

/** The id of the key that an assertion names. The signature is not checked. */
export function keyIdIn(jwt: string): string | undefined {
  try {
    const { kid } = decodeProtectedHeader(jwt);
    return typeof kid === "string" ? kid : undefined;
  } catch {
    return undefined;
  }
}

/** The lower of two roles: the key's role limits the requested one. */
const lowerRole = (one: AssertionClaims["role"], other: AssertionClaims["role"]) =>
  ASSERTED_ROLES[Math.min(ASSERTED_ROLES.indexOf(one), ASSERTED_ROLES.indexOf(other))] as AssertionClaims["role"];

function explain(error: unknown, expected: { issuer: string; audience: string; algorithm: string }): AssertionRefusal {
  if (error instanceof errors.JWTExpired) return refuse("expired", `The assertion has expired: it is valid for ${ASSERTION_SECONDS} s. Sign a new one.`);
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === "iss")
    return refuse("issuer", `The assertion's iss must be ${expected.issuer}, the owner of the key.`);
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === "aud") return refuse("audience", `The assertion's aud must be ${expected.audience}.`);
  if (error instanceof errors.JWTClaimValidationFailed) return refuse("claims", `The assertion's claim ${error.claim} is not valid.`);
  return refuse("signature", `The assertion is not signed with the registered key by ${expected.algorithm}.`);
}

export type Assertions = ReturnType<typeof createAssertions>;
