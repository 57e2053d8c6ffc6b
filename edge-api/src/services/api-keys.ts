import { createHash, randomBytes } from "node:crypto";
import type { Principal } from "@dramac/contracts";
import type { Database } from "../db/database.ts";
import { ApiError } from "../http/api-error.ts";

export interface KeyHolder {
  readonly keyId: string;
  readonly agencyId: string | null;
  readonly clientId: string | null;
  readonly principal: Principal;
}

const PREFIX_LENGTH = 16;
const PRINCIPAL_OF_ROLE: Readonly<Record<string, Principal>> = {
  super_admin: "super_admin",
  agency_owner: "agency_member",
  agency_admin: "agency_member",
  agency_member: "agency_member",
  client_member: "client_member",
};

const hashOf = (key: string): Buffer => createHash("sha256").update(key).digest();

export const isApiKey = (bearer: string): boolean => /^dk_(?:live|test)_/.test(bearer);

/** A new secret key: shown once, kept as prefix and SHA-256. */
export function makeApiKey(mode: "live" | "test"): { key: string; prefix: string; hash: Buffer } {
  const key = `dk_${mode}_${randomBytes(32).toString("base64url")}`;
  return { key, prefix: key.slice(0, PREFIX_LENGTH), hash: hashOf(key) };
}

/** Who holds a key. @throws ApiError `unauthorized` */
export async function findKeyHolder(database: Database, key: string): Promise<KeyHolder> {
  const [row] = await database.withPlatform(
    "key look-up",
    (tx) => tx`
    update api_keys set last_used_at = now()
    where hash = ${hashOf(key)} and revoked_at is null and (expires_at is null or expires_at > now())
    returning id, agency_id, client_id, role`,
  );
  const principal = PRINCIPAL_OF_ROLE[(row?.role as string | undefined) ?? ""];
  if (!row || !principal) throw new ApiError("unauthorized", "This key is unknown, expired or revoked. Use a current one.");
  return { keyId: row.id as string, agencyId: row.agency_id as string | null, clientId: row.client_id as string | null, principal };
}
