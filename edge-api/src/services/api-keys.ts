import { createHash, randomBytes } from "node:crypto";
import type { Role } from "@dramac/contracts";
import type { Database } from "../db/database.ts";
import { ApiError } from "../http/api-error.ts";

/** The rights of a secret key. */
export interface KeyHolder {
  readonly keyId: string;
  readonly role: Role;
  readonly agencyId: string | null;
  readonly clientId: string | null;
}

const PREFIX_LENGTH = 16;

/** The stored form of a secret. Plain SHA-256 is enough, because these secrets are long and random. */
export const hashOfSecret = (secret: string): Buffer => createHash("sha256").update(secret).digest();

export const isApiKey = (bearer: string): boolean => /^dk_(?:live|test)_/.test(bearer);

/** A new secret key: shown once, stored as prefix and SHA-256. */
export function makeApiKey(mode: "live" | "test"): { key: string; prefix: string; hash: Buffer } {
  const key = `dk_${mode}_${randomBytes(32).toString("base64url")}`;
  return { key, prefix: key.slice(0, PREFIX_LENGTH), hash: hashOfSecret(key) };
}

/** The holder of a key. @throws ApiError `unauthorized` */
export async function findKeyHolder(database: Database, key: string): Promise<KeyHolder> {
  const [row] = await database.withPlatform(
    "key look-up",
    (tx) => tx`
    update api_keys set last_used_at = now()
    where hash = ${hashOfSecret(key)} and revoked_at is null and (expires_at is null or expires_at > now())
    returning id, agency_id, client_id, role`,
  );
  if (!row) throw new ApiError("unauthorized", "This key is unknown, expired or revoked. Use a current one.");
  return { keyId: row.id as string, role: row.role as Role, agencyId: row.agency_id as string | null, clientId: row.client_id as string | null };
}
