import { PageQuerySchema, PlatformKeyCreatedSchema, PlatformKeyCreateSchema, PlatformKeySchema, pageOf } from "@dramac/contracts";
import type { Tx } from "../db/database.ts";
import { ApiError } from "../http/api-error.ts";
import { makeApiKey } from "../services/api-keys.ts";
import { requireFuture } from "./keys.ts";
import { operation } from "./operation.ts";
import { pageFrom, pageStart, cursorKey } from "../services/keyset-page.ts";
import { missing } from "../services/missing.ts";

const columns = (tx: Tx) =>
  tx`id, label, prefix, created_at as "createdAt", expires_at as "expiresAt", last_used_at as "lastUsedAt", revoked_at as "revokedAt"`;

/** The keys of super admins. */
export const platformKeyOperations = [
  operation({
    id: "platform-key.list",
    method: "GET",
    path: "/api/admin/keys",
    summary: "The keys of super admins, newest first, including revoked ones.",
    minimumRole: "super_admin",
    query: PageQuerySchema,
    answer: pageOf(PlatformKeySchema),
    async run({ tx, query }) {
      const rows = await tx`select ${columns(tx)}, ${cursorKey(tx, "created_at")} from api_keys
        where role = 'super_admin' and (created_at, id) < ${pageStart(tx, query)} order by created_at desc, id desc limit ${query.limit + 1}`;
      return pageFrom(rows, query);
    },
  }),
  operation({
    id: "platform-key.create",
    method: "POST",
    path: "/api/admin/keys",
    summary: "Creates a key with the role of super admin. Only this response contains the key.",
    minimumRole: "super_admin",
    body: PlatformKeyCreateSchema,
    answer: PlatformKeyCreatedSchema,
    status: 201,
    async run({ tx, body: { label, mode, expiresAt }, record }) {
      requireFuture(expiresAt);
      const { key, prefix, hash } = makeApiKey(mode);
      const [made] = await tx`insert into api_keys ${tx({ role: "super_admin", label, prefix, hash, expires_at: expiresAt })} returning ${columns(tx)}`;
      record({ subject: "api_key", id: made?.id as string, after: made });
      return { ...made, key };
    },
  }),
  operation({
    id: "platform-key.revoke",
    method: "DELETE",
    path: "/api/admin/keys/{keyId}",
    summary: "Revokes a super admin's key immediately and for good. The last key cannot be revoked.",
    minimumRole: "super_admin",
    answer: PlatformKeySchema,
    async run({ tx, ids, record }) {
      const live = await tx`
        select id from api_keys where role = 'super_admin' and revoked_at is null and (expires_at is null or expires_at > now()) order by id for update`;
      const [key] = await tx`select revoked_at from api_keys where id = ${ids.keyId} and role = 'super_admin'`;
      if (!key) throw missing();
      if (live.length === 1 && live[0]?.id === ids.keyId) throw new ApiError("conflict", "This is the last key of a super admin. Create another one first.");
      const [after] = await tx`update api_keys set revoked_at = coalesce(revoked_at, now()) where id = ${ids.keyId} returning ${columns(tx)}`;
      record({ subject: "api_key", id: ids.keyId, before: { revoked_at: key.revoked_at as unknown }, after: { revoked_at: after?.revokedAt as unknown } });
      return after;
    },
  }),
];
