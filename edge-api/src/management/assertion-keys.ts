import { AssertionKeyCreateSchema, AssertionKeySchema, PageQuerySchema, pageOf, type Role } from "@dramac/contracts";
import type { JsonWebKey } from "node:crypto";
import type { Tx } from "../db/database.ts";
import { readPublicKey } from "../services/identity/public-key.ts";
import { requireFuture } from "./keys.ts";
import { operation } from "./operation.ts";
import { pageFrom, pageStart, cursorKey } from "../services/keyset-page.ts";
import { foreignClient, requireRoleToGive } from "./profiles.ts";
import { missing } from "../services/missing.ts";

const columns = (tx: Tx) =>
  tx`id, agency_id as "agencyId", client_id as "clientId", label, algorithm, public_key as "publicKey", role, created_at as "createdAt",
    expires_at as "expiresAt", revoked_at as "revokedAt", last_used_at as "lastUsedAt"`;

/** Public keys that verify assertions: customers' backends sign them to identify members on portals and dashboards. */
export const assertionKeyOperations = [
  operation({
    id: "assertion-key.list",
    method: "GET",
    path: "/api/agencies/{agencyId}/assertion-keys",
    summary: "The public keys that verify members of this agency and its clients, newest first, including revoked ones.",
    minimumRole: "agency_admin",
    query: PageQuerySchema,
    answer: pageOf(AssertionKeySchema),
    async run({ tx, ids, query }) {
      const rows = await tx`select ${columns(tx)}, ${cursorKey(tx, "created_at")} from assertion_keys
        where agency_id = ${ids.agencyId} and (created_at, id) < ${pageStart(tx, query)} order by created_at desc, id desc limit ${query.limit + 1}`;
      return pageFrom(rows, query);
    },
  }),
  operation({
    id: "assertion-key.register",
    method: "POST",
    path: "/api/agencies/{agencyId}/assertion-keys",
    summary: "Registers a public key for the agency, or for one client. Its assertions never give a higher role than its own, or access to another tenant.",
    minimumRole: "agency_admin",
    body: AssertionKeyCreateSchema,
    answer: AssertionKeySchema,
    status: 201,
    constraints: { assertion_keys_agency_id_client_id_fkey: foreignClient.clients },
    async run({ tx, actor, ids, body: { label, role, clientId, expiresAt, publicKey: given }, record }) {
      requireRoleToGive(actor, role);
      requireFuture(expiresAt);
      const { algorithm, publicKey } = readPublicKey(given as string | JsonWebKey);
      const [made] = await tx`
        insert into assertion_keys (agency_id, client_id, label, role, expires_at, algorithm, public_key)
        values (${ids.agencyId}, ${clientId}, ${label}, ${role}, ${expiresAt}, ${algorithm}, ${tx.json(publicKey as never)}) returning ${columns(tx)}`;
      record({ subject: "assertion_key", id: made?.id as string, after: made });
      return made;
    },
  }),
  operation({
    id: "assertion-key.revoke",
    method: "DELETE",
    path: "/api/agencies/{agencyId}/assertion-keys/{assertionKeyId}",
    summary: "Revokes a key for good. Sessions that were opened with it end within two seconds.",
    minimumRole: "agency_admin",
    answer: AssertionKeySchema,
    allowedWhenSuspended: true,
    async run({ tx, actor, ids, record }) {
      const [key] = await tx`select role, revoked_at from assertion_keys where id = ${ids.assertionKeyId} for update`;
      if (!key) throw missing();
      requireRoleToGive(actor, key.role as Role);
      const [after] = await tx`update assertion_keys set revoked_at = coalesce(revoked_at, now()) where id = ${ids.assertionKeyId} returning ${columns(tx)}`;
      record({
        subject: "assertion_key",
        id: ids.assertionKeyId,
        before: { revoked_at: key.revoked_at as unknown },
        after: { revoked_at: after?.revokedAt as unknown },
      });
      return after;
    },
  }),
];
