import { AgencyChangeSchema, AgencyCreateSchema, AgencySchema, AgencyStatusSchema, PageQuerySchema, pageOf } from "@dramac/contracts";
import type { Tx } from "../db/database.ts";
import { operation } from "./operation.ts";
import { pageFrom, pageStart, cursorKey } from "../services/keyset-page.ts";
import { updateRow } from "../services/update-row.ts";

const columns = (tx: Tx) => tx`id, name, slug, status, locale, currency, created_at as "createdAt", updated_at as "updatedAt"`;

const get = async (tx: Tx, id: string) => (await tx`select ${columns(tx)} from agencies where id = ${id}`)[0];

/** Agencies. The platform creates, suspends and closes them; an agency changes its own name and language. */
export const agencyOperations = [
  operation({
    id: "agency.list",
    method: "GET",
    path: "/api/admin/agencies",
    summary: "All agencies, newest first.",
    minimumRole: "super_admin",
    query: PageQuerySchema,
    answer: pageOf(AgencySchema),
    async run({ tx, query }) {
      const rows = await tx`select ${columns(tx)}, ${cursorKey(tx, "created_at")} from agencies
        where (created_at, id) < ${pageStart(tx, query)} order by created_at desc, id desc limit ${query.limit + 1}`;
      return pageFrom(rows, query);
    },
  }),
  operation({
    id: "agency.create",
    method: "POST",
    path: "/api/admin/agencies",
    summary: "Creates an agency.",
    minimumRole: "super_admin",
    body: AgencyCreateSchema,
    answer: AgencySchema,
    status: 201,
    constraints: { agencies_slug_key: ["conflict", "An agency has this slug. Choose another."] },
    async run({ tx, body, record }) {
      const [made] = await tx`insert into agencies ${tx(body)} returning ${columns(tx)}`;
      record({ subject: "agency", id: made?.id as string, agencyId: made?.id as string, after: made });
      return made;
    },
  }),
  operation({
    id: "agency.set-status",
    method: "PATCH",
    path: "/api/admin/agencies/{agencyId}",
    summary: "Suspends, closes or reinstates an agency.",
    minimumRole: "super_admin",
    body: AgencyStatusSchema,
    answer: AgencySchema,
    async run({ tx, ids, body, record }) {
      const change = await updateRow(tx, "agencies", ids.agencyId, { status: body.status });
      record({ subject: "agency", id: ids.agencyId, agencyId: ids.agencyId, ...change, reason: body.reason });
      return get(tx, ids.agencyId);
    },
  }),
  operation({
    id: "agency.get",
    method: "GET",
    path: "/api/agencies/{agencyId}",
    summary: "The agency.",
    minimumRole: "agency_member",
    answer: AgencySchema,
    run: ({ tx, ids }) => get(tx, ids.agencyId),
  }),
  operation({
    id: "agency.update",
    method: "PATCH",
    path: "/api/agencies/{agencyId}",
    summary: "Changes the agency's name or language.",
    minimumRole: "agency_admin",
    body: AgencyChangeSchema,
    answer: AgencySchema,
    async run({ tx, ids, body, record }) {
      const change = await updateRow(tx, "agencies", ids.agencyId, body);
      record({ subject: "agency", id: ids.agencyId, ...change });
      return get(tx, ids.agencyId);
    },
  }),
];
