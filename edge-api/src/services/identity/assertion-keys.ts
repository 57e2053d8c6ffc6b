import type { AssertionClaims } from "@dramac/contracts";
import { importJWK, type JWK } from "jose";
import { LRUCache } from "lru-cache";
import type { Database } from "../../db/database.ts";

/** A registered public key that may be used now. */
export interface AssertionKey {
  readonly id: string;
  readonly agencyId: string;
  /** The one client that it vouches for. */
  readonly clientId: string | null;
  readonly algorithm: "EdDSA" | "ES256";
  /** The highest role that it vouches for. */
  readonly role: AssertionClaims["role"];
  readonly verify: Awaited<ReturnType<typeof importJWK>>;
}

const MISSING_MS = 5_000;

/** Keys and sign-outs, kept until a notification says that something changed. */
export function createAssertionKeys(database: Database) {
  const keys = new LRUCache<string, { readonly key: AssertionKey; readonly until: number }>({ max: 2_000 });
  /** Ids come from anybody: made-up ones neither reach the database again and again, nor push real ones out. */
  const missing = new LRUCache<string, true>({ max: 2_000, ttl: MISSING_MS });
  /** By key and person: when that person last signed out, seconds since 1970; 0 for never. */
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
    /** The key, when it exists and may be used now. */
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
     * Whether somebody has signed out since something was said of them.
     * @param assertedAt seconds since 1970; what is said in the very second of a sign-out is over
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
    /** Forgets what is known of one key and its people. */
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
