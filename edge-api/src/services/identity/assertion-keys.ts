import type { AssertionClaims } from "@dramac/contracts";
import { importJWK, type JWK } from "jose";
import { LRUCache } from "lru-cache";
import type { Database } from "../../db/database.ts";

/** A registered public key that is valid now. */
export interface AssertionKey {
  readonly id: string;
  readonly agencyId: string;
  /** The client whose people it vouches for; `null` for an agency's key. */
  readonly clientId: string | null;
  readonly algorithm: "EdDSA" | "ES256";
  /** The highest role that it can give. */
  readonly role: AssertionClaims["role"];
  readonly verify: Awaited<ReturnType<typeof importJWK>>;
}

const MISSING_MS = 5_000;

/** Keys and sign-outs, cached until a notification says that something changed. */
export function createAssertionKeys(database: Database) {
  const keys = new LRUCache<string, { readonly key: AssertionKey; readonly until: number }>({ max: 2_000 });
  /** Anyone can send ids: a made-up id must neither reach the database with each request, nor evict real keys. */
  const missing = new LRUCache<string, true>({ max: 2_000, ttl: MISSING_MS });
  /** By key and person: the time of the last sign-out, seconds since 1970; 0 for none. */
  const signedOut = new LRUCache<string, number>({ max: 20_000 });
  let epoch = 0;

  async function load(id: string): Promise<{ key: AssertionKey; until: number } | undefined> {
    const [row] = await database.withPlatform(
      "assertion key look-up",
      (tx) => tx`
      select k.id, k.agency_id, k.client_id, k.algorithm, k.role, k.public_key, k.expires_at from assertion_keys k
        join agencies a on a.id = k.agency_id left join clients c on c.id = k.client_id
      where k.id = ${id} and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
        and a.status = 'active' and coalesce(c.status, 'active') = 'active'`,
    );
    if (!row) return undefined;
    const key: AssertionKey = {
      id,
      agencyId: row.agency_id as string,
      clientId: row.client_id as string | null,
      algorithm: row.algorithm as AssertionKey["algorithm"],
      role: row.role as AssertionKey["role"],
      verify: await importJWK(row.public_key as JWK, row.algorithm as string),
    };
    return { key, until: (row.expires_at as Date | null)?.getTime() ?? Number.POSITIVE_INFINITY };
  }

  return {
    /** The key, when it exists and is valid now. */
    async find(id: string): Promise<AssertionKey | undefined> {
      if (missing.has(id)) return undefined;
      const known = database.isListening() ? keys.get(id) : undefined;
      if (known && Date.now() < known.until) return known.key;
      const started = epoch;
      const loaded = await load(id);
      if (loaded && started === epoch) keys.set(id, loaded);
      if (!loaded && started === epoch) missing.set(id, true);
      return loaded?.key;
    },
    /**
     * Whether a person has signed out since an assertion about them.
     * @param assertedAt seconds since 1970; an assertion in the same second as a sign-out is no longer valid
     */
    async hasSignedOut(keyId: string, subject: string, assertedAt: number): Promise<boolean> {
      const name = `${keyId} ${subject}`;
      const known = database.isListening() ? signedOut.get(name) : undefined;
      if (known !== undefined) return assertedAt <= known;
      const started = epoch;
      const [row] = await database.withPlatform(
        "sign-out look-up",
        (tx) => tx`select floor(extract(epoch from signed_out_at))::int as at from signed_out_members where key_id = ${keyId} and subject = ${subject}`,
      );
      const at = (row?.at as number | undefined) ?? 0;
      if (started === epoch) signedOut.set(name, at);
      return assertedAt <= at;
    },
    /** Drops one key and the sign-outs of its people from the cache. */
    drop(keyId: string): void {
      epoch++;
      keys.delete(keyId);
      missing.delete(keyId);
      for (const name of signedOut.keys()) if (name.startsWith(keyId)) signedOut.delete(name);
    },
    clear(): void {
      epoch++;
      keys.clear();
      missing.clear();
      signedOut.clear();
    },
  };
}

export type AssertionKeys = ReturnType<typeof createAssertionKeys>;
