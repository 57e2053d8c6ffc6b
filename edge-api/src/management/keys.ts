import { ApiKeyCreatedSchema, ApiKeyCreateSchema, ApiKeySchema, PageQuerySchema, pageOf, type Role, WhoamiSchema } from "@dramac/contracts";
import type { Tx } from "../db/database.ts";
import { ApiError } from "../http/api-error.ts";
import { makeApiKey } from "../services/api-keys.ts";
import { operation } from "./operation.ts";
import { pageFrom, pageStart, cursorKey } from "../services/keyset-page.ts";
import { foreignClient, requireRoleToGive } from "./profiles.ts";
import { missing } from "../services/missing.ts";

const columns = (tx: Tx) =>
  tx`id, agency_id as "agencyId", client_id as "clientId", role, label, prefix, created_at as "createdAt", expires_at as "expiresAt",
    last_used_at as "lastUsedAt", revoked_at as "revokedAt"`;

/** @throws ApiError `validation_failed` when the key would be expired already */
export function requireFuture(expiresAt: string | null): void {
  if (expiresAt === null || Date.parse(expiresAt) > Date.now()) return;
  throw new ApiError("validation_failed", "The key would be expired already.", { faults: [{ path: "/expiresAt", message: "is in the past" }] });
}

/** Secret keys. A key is shown once, when it is created; later only its prefix is. */
export const keyOperations = [
  operation({
    id: "key.whoami",
    method: "GET",
    path: "/api/me",
    summary: "The role and the tenant of the key that calls.",
    minimumRole: "client_member",
    answer: WhoamiSchema,
    run: async ({ actor: { keyId, role, agencyId, clientId } }) => ({ keyId, role, agencyId, clientId }),
  }),
  operation({
    id: "key.list",
    method: "GET",
    path: "/api/agencies/{agencyId}/keys",
    summary: "The agency's keys, newest first, including revoked ones.",
    minimumRole: "agency_admin",
    query: PageQuerySchema,
    answer: pageOf(ApiKeySchema),
    async run({ tx, ids, query }) {
      const rows = await tx`select ${columns(tx)}, ${cursorKey(tx, "created_at")} from api_keys
        where agency_id = ${ids.agencyId} and (created_at, id) < ${pageStart(tx, query)} order by created_at desc, id desc limit ${query.limit + 1}`;
      return pageFrom(rows, query);
    },
  }),
  operation({
    id: "key.create",
    method: "POST",
    path: "/api/agencies/{agencyId}/keys",
    summary: "Creates a key with at most the caller's own role. Only this response contains the key.",
    minimumRole: "agency_admin",
    body: ApiKeyCreateSchema,
    answer: ApiKeyCreatedSchema,
    status: 201,
    constraints: { api_keys_agency_id_client_id_fkey: foreignClient.clients },
    async run({ tx, actor, ids, body: { mode, clientId, expiresAt, ...rest }, record }) {
      requireRoleToGive(actor, rest.role);
      requireFuture(expiresAt);
      const { key, prefix, hash } = makeApiKey(mode);
      const [made] = await tx`
        insert into api_keys ${tx({ ...rest, prefix, hash, expires_at: expiresAt, client_id: clientId, agency_id: ids.agencyId })} returning ${columns(tx)}`;
      record({ subject: "api_key", id: made?.id as string, after: made });
      return { ...made, key };
    },
  }),
  operation({
    id: "key.revoke",
    method: "DELETE",
    path: "/api/agencies/{agencyId}/keys/{keyId}",
    summary: "Revokes a key immediately and for good.",
    minimumRole: "agency_admin",
    answer: ApiKeySchema,
    allowedWhenSuspended: true,
    async run({ tx, actor, ids, record }) {
      const [key] = await tx`select role, revoked_at from api_keys where id = ${ids.keyId} for update`;
      if (!key) throw missing();
      requireRoleToGive(actor, key.role as Role);
      const [after] = await tx`update api_keys set revoked_at = coalesce(revoked_at, now()) where id = ${ids.keyId} returning ${columns(tx)}`;
      record({ subject: "api_key", id: ids.keyId, before: { revoked_at: key.revoked_at as unknown }, after: { revoked_at: after?.revokedAt as unknown } });
      return after;
    },
  }),
];
