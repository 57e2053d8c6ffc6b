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
  const keys = new LRUCache<string, { readonly key: AssertionKey | undefined; readonly until: number }>({ max: 2_000 });
  const signedOut = new LRUCache<string, boolean>({ max: 20_000 });
  let epoch = 0;

  async function load(id: string): Promise<{ key: AssertionKey | undefined; until: number }> {
    const [row] = await database.withPlatform(
      "assertion key look-up",
      (tx) => tx`
      select k.id, k.agency_id, k.client_id, k.algorithm, k.role, k.public_key, k.expires_at from assertion_keys k
        join agencies a on a.id = k.agency_id left join clients c on c.id = k.client_id
      where k.id = ${id} and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())
        and a.status = 'active' and coalesce(c.status, 'active') = 'active'`,
    );
    if (!row) return { key: undefined, until: Date.now() + MISSING_MS };
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
      const known = keys.get(id);
      if (known && Date.now() < known.until) return known.key;
      const started = epoch;
      const loaded = await load(id);
      if (started === epoch) keys.set(id, loaded);
      return loaded.key;
    },
    /** Whether whoever came with this assertion has signed out since. */
    async isRevoked(keyId: string, jti: string): Promise<boolean> {
      const name = `${keyId} ${jti}`;
      const known = signedOut.get(name);
      if (known !== undefined) return known;
      const started = epoch;
      const [row] = await database.withPlatform("sign-out look-up", (tx) => tx`select 1 from revoked_assertions where key_id = ${keyId} and jti = ${jti}`);
      if (started === epoch) signedOut.set(name, row !== undefined);
      return row !== undefined;
    },
    clear(): void {
      epoch++;
      keys.clear();
      signedOut.clear();
    },
  };
}

export type AssertionKeys = ReturnType<typeof createAssertionKeys>;
