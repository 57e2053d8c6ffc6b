import { AuditEntrySchema, PageQuerySchema, pageOf } from "@dramac/contracts";
import { operation } from "./operation.ts";
import { pageFrom, pageStart } from "./page.ts";

export const auditOperations = [
  operation({
    id: "audit.list",
    method: "GET",
    path: "/api/agencies/{agencyId}/audit",
    summary: "What was done in this agency, newest first: who, what, before, after, from where.",
    least: "agency_admin",
    query: PageQuerySchema,
    answer: pageOf(AuditEntrySchema),
    async run({ tx, ids, query }) {
      const rows = await tx`
        select id, actor_kind as "actorKind", actor_id as "actorId", actor_role as "actorRole", action, subject_kind as "subjectKind",
          subject_id as "subjectId", before, after, reason, host(ip) as network, request_id as "requestId", created_at as "createdAt", created_at::text as place
        from audit_log
        where agency_id = ${ids.agencyId} and (created_at, id) < ${pageStart(tx, query)} order by created_at desc, id desc limit ${query.limit + 1}`;
      return pageFrom(rows, query);
    },
  }),
];
