import { AuditEntrySchema, type PageQuery, PageQuerySchema, pageOf } from "@dramac/contracts";
import type { Tx } from "../db/database.ts";
import { operation } from "./operation.ts";
import { pageFrom, pageStart, cursorKey } from "../services/keyset-page.ts";

async function list(tx: Tx, query: PageQuery, agencyId: string | null) {
  const rows = await tx`
    select id, actor_kind as "actorKind", actor_id as "actorId", actor_subject as "actorSubject", actor_role as "actorRole", action, subject_kind as "subjectKind",
      subject_id as "subjectId", before, after, reason, host(ip) as network, request_id as "requestId", created_at as "createdAt", ${cursorKey(tx, "created_at")}
    from audit_log
    where ${agencyId === null ? tx`agency_id is null` : tx`agency_id = ${agencyId}`} and (created_at, id) < ${pageStart(tx, query)}
    order by created_at desc, id desc limit ${query.limit + 1}`;
  return pageFrom(rows, query);
}

export const auditOperations = [
  operation({
    id: "audit.list",
    method: "GET",
    path: "/api/agencies/{agencyId}/audit",
    summary: "The changes in this agency, newest first: who, what, before, after, from where.",
    minimumRole: "agency_admin",
    query: PageQuerySchema,
    answer: pageOf(AuditEntrySchema),
    run: ({ tx, ids, query }) => list(tx, query, ids.agencyId),
  }),
  operation({
    id: "audit.list-platform",
    method: "GET",
    path: "/api/admin/audit",
    summary: "The changes to the platform itself, newest first. Changes to an agency are in the agency's own log.",
    minimumRole: "super_admin",
    query: PageQuerySchema,
    answer: pageOf(AuditEntrySchema),
    run: ({ tx, query }) => list(tx, query, null),
  }),
];
