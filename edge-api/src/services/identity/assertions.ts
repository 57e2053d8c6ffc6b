import { ASSERTED_ROLES, ASSERTION_SECONDS, AssertionClaimsSchema, type AssertionClaims, isInstallationId } from "@dramac/contracts";
import { decodeJwt, decodeProtectedHeader, errors, type JWTPayload, jwtVerify } from "jose";
import type { Database } from "../../db/database.ts";
import type { AssertionKey, AssertionKeys } from "./assertion-keys.ts";
import type { Member } from "./member.ts";
import { AssertionRefusal, type RefusalReason } from "./refusal-log.ts";

const CLOCK_SECONDS = 5;

const refuse = (reason: RefusalReason, sentence: string) => new AssertionRefusal(reason, sentence);

/**
 * Reads what customers' backends sign of their people: one registered key, its own algorithm, its own tenant, at most its role.
 * @param audience the platform's address
 */
export function createAssertions(database: Database, keys: AssertionKeys, audience: string) {
  async function signedBy(jwt: string): Promise<AssertionKey> {
    const kid = keyIdIn(jwt);
    // Looked at before any key is looked up: what is not even meant for us costs us nothing.
    if (![unverified(jwt).aud].flat().includes(audience)) throw refuse("audience", `The assertion's aud must be ${audience}.`);
    const key = kid !== undefined && isInstallationId(kid) ? await keys.find(kid) : undefined;
    if (!key) {
      throw refuse("key", "The assertion names no key that is registered and valid: its header's kid is the id that registering the key answered with.");
    }
    return key;
  }

  /** @param ageSeconds how long after its end it still tells who somebody was */
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
    if (exp - iat > ASSERTION_SECONDS) throw refuse("lifetime", `The assertion lives ${exp - iat} s: ${ASSERTION_SECONDS} s from iat to exp are the most.`);
    if (iat > Date.now() / 1_000 + CLOCK_SECONDS) throw refuse("future", "The assertion's iat lies in the future: set the clock of the server that signs.");
    return { key, claims: claims.data };
  }

  async function scopeOf(key: AssertionKey, { role, client, site }: AssertionClaims): Promise<Pick<Member, "clientId" | "siteId">> {
    if (key.clientId !== null && client !== undefined && client !== key.clientId)
      throw refuse("tenant", "The key is registered for another client than the claim names.");
    const clientId = key.clientId ?? client ?? null;
    if (clientId === null && (role === "client_member" || site !== undefined)) throw refuse("tenant", "Say whose client it is, in the claim client.");
    if (clientId !== null) {
      const [found] = await database.withTenant(
        key.agencyId,
        (tx) => tx`
        select 1 from clients c where c.id = ${clientId} and c.status = 'active'
          and (${site ?? null}::uuid is null or exists (select from sites s where s.id = ${site ?? null} and s.client_id = c.id))`,
      );
      if (!found) throw refuse("tenant", "There is no such client, or no such site of it.");
    }
    return { clientId, siteId: site ?? null };
  }

  return {
    /** Who somebody is. @throws AssertionRefusal with what to mend */
    async read(jwt: string): Promise<Member> {
      const { key, claims } = await verify(jwt);
      if (await keys.hasSignedOut(key.id, claims.sub, claims.iat))
        throw refuse("signed out", "Whoever came with this assertion has signed out since. Sign a new one.");
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
    /** Lets an assertion open one session of an installation, once. @throws AssertionRefusal `assertion_used` */
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
          "This assertion has opened a session here before, or stands on another surface. Sign one for each: dramac('identify', function) asks for them.",
          "assertion_used",
        );
    },
    /** Ends every session of whomever an assertion names, in every tab; what is none of ours is passed over. */
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
    throw refuse("form", "The assertion is no JWT in compact form.");
  }
}

/** The key that an assertion names, whoever signed it. */
export function keyIdIn(jwt: string): string | undefined {
  try {
    const { kid } = decodeProtectedHeader(jwt);
    return typeof kid === "string" ? kid : undefined;
  } catch {
    return undefined;
  }
}

/** A key's own role caps the one that is asked for. */
const lowerRole = (one: AssertionClaims["role"], other: AssertionClaims["role"]) =>
  ASSERTED_ROLES[Math.min(ASSERTED_ROLES.indexOf(one), ASSERTED_ROLES.indexOf(other))] as AssertionClaims["role"];

function explain(error: unknown, expected: { issuer: string; audience: string; algorithm: string }): AssertionRefusal {
  if (error instanceof errors.JWTExpired) return refuse("expired", `The assertion has expired: it lives ${ASSERTION_SECONDS} s. Sign a new one.`);
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === "iss")
    return refuse("issuer", `The assertion's iss must be ${expected.issuer}, whom the key is registered for.`);
  if (error instanceof errors.JWTClaimValidationFailed && error.claim === "aud") return refuse("audience", `The assertion's aud must be ${expected.audience}.`);
  if (error instanceof errors.JWTClaimValidationFailed) return refuse("claims", `The assertion's claim ${error.claim} does not hold.`);
  return refuse("signature", `The assertion is not signed with the registered key by ${expected.algorithm}.`);
}

export type Assertions = ReturnType<typeof createAssertions>;
