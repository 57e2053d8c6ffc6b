import { pageOf, RequestChangeSchema, RequestCreateSchema, RequestQuerySchema, RequestSchema } from "@dramac/contracts";
import type { Tx } from "../../db/database.ts";
import { ApiError } from "../../http/api-error.ts";
import { operation } from "../operation.ts";
import { updateRow } from "../../services/update-row.ts";
import { missing } from "../../services/missing.ts";
import { columnsOf, ownColumns } from "./columns.ts";
import { listRequests } from "./list.ts";

const get = async (tx: Tx, agencyId: string, id: string) =>
  (await tx`select ${ownColumns(tx)} from module_requests r where r.id = ${id} and r.agency_id = ${agencyId}`)[0];

/** An agency's own requests for modules. */
export const requestOperations = [
  operation({
    id: "request.list",
    method: "GET",
    path: "/api/agencies/{agencyId}/requests",
    summary: "The agency's requests for modules, newest first.",
    minimumRole: "agency_member",
    query: RequestQuerySchema,
    answer: pageOf(RequestSchema),
    run: ({ tx, agencyId, query }) => listRequests(tx, ownColumns(tx), tx`r.agency_id = ${agencyId}`, { ...query, order: "newest" }),
  }),
  operation({
    id: "request.create",
    method: "POST",
    path: "/api/agencies/{agencyId}/requests",
    summary: "Requests a module from the platform. All agencies see its title and description, and may vote for it; they see nothing else.",
    minimumRole: "agency_member",
    body: RequestCreateSchema,
    answer: RequestSchema,
    status: 201,
    async run({ tx, agencyId, body, record }) {
      const [made] = await tx`insert into module_requests ${tx({ ...columnsOf(body), agency_id: agencyId } as never)} returning id`;
      const after = await get(tx, agencyId, made?.id as string);
      record({ subject: "request", id: made?.id as string, after });
      return after;
    },
  }),
  operation({
    id: "request.get",
    method: "GET",
    path: "/api/agencies/{agencyId}/requests/{requestId}",
    summary: "The request.",
    minimumRole: "agency_member",
    answer: RequestSchema,
    async run({ tx, agencyId, ids }) {
      const found = await get(tx, agencyId, ids.requestId);
      if (!found) throw missing();
      return found;
    },
  }),
  operation({
    id: "request.update",
    method: "PATCH",
    path: "/api/agencies/{agencyId}/requests/{requestId}",
    summary: "Changes a request while it is submitted.",
    minimumRole: "agency_member",
    body: RequestChangeSchema,
    answer: RequestSchema,
    async run({ tx, agencyId, ids, body, record }) {
      const [found] = await tx`select status from module_requests where id = ${ids.requestId} and agency_id = ${agencyId} for update`;
      if (!found) throw missing();
      if (found.status !== "submitted")
        throw new ApiError("conflict", `This request is ${found.status as string}: it can no longer be changed, because others vote for it.`);
      record({ subject: "request", id: ids.requestId, ...(await updateRow(tx, "module_requests", ids.requestId, columnsOf(body))) });
      return get(tx, agencyId, ids.requestId);
    },
  }),
];
