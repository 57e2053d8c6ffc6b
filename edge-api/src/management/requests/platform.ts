import {
  pageOf,
  PlatformRequestChangeSchema,
  PlatformRequestSchema,
  REQUEST_STATUS_CHANGES,
  RequestBoardQuerySchema,
  type RequestStatus,
  RequestStatusSchema,
} from "@dramac/contracts";
import type { Tx } from "../../db/database.ts";
import { ApiError } from "../../http/api-error.ts";
import { operation } from "../operation.ts";
import { updateRow } from "../../services/update-row.ts";
import { missing } from "../../services/missing.ts";
import { platformColumns } from "./columns.ts";
import { listRequests } from "./list.ts";

const get = async (tx: Tx, id: string) => (await tx`select ${platformColumns(tx)} from module_requests r where r.id = ${id}`)[0];

/** The platform's work on the requests of agencies. */
export const platformRequestOperations = [
  operation({
    id: "platform-request.list",
    method: "GET",
    path: "/api/admin/requests",
    summary: "The requests of all agencies, newest first or with the most votes first.",
    minimumRole: "super_admin",
    query: RequestBoardQuerySchema,
    answer: pageOf(PlatformRequestSchema),
    run: ({ tx, query }) => listRequests(tx, platformColumns(tx), tx`true`, query),
  }),
  operation({
    id: "platform-request.get",
    method: "GET",
    path: "/api/admin/requests/{requestId}",
    summary: "The request, with the platform's own notes.",
    minimumRole: "super_admin",
    answer: PlatformRequestSchema,
    async run({ tx, ids }) {
      const found = await get(tx, ids.requestId);
      if (!found) throw missing();
      return found;
    },
  }),
  operation({
    id: "platform-request.update",
    method: "PATCH",
    path: "/api/admin/requests/{requestId}",
    summary: "Sets internal notes, which the agency cannot read, and the person in charge.",
    minimumRole: "super_admin",
    body: PlatformRequestChangeSchema,
    answer: PlatformRequestSchema,
    async run({ tx, ids, body: { adminNotes, assignedTo }, record }) {
      if (assignedTo) {
        const [person] = await tx`select from profiles where id = ${assignedTo} and role = 'super_admin' and status = 'active'`;
        if (!person) throw new ApiError("not_found", "assignedTo must name the profile of an active super admin.");
      }
      // Recorded in the platform's own log, because the agency must not see the notes.
      record({
        subject: "request",
        id: ids.requestId,
        ...(await updateRow(tx, "module_requests", ids.requestId, { admin_notes: adminNotes, assigned_to: assignedTo })),
      });
      return get(tx, ids.requestId);
    },
  }),
  operation({
    id: "platform-request.set-status",
    method: "PUT",
    path: "/api/admin/requests/{requestId}/status",
    summary: "Sets the status of a request. A completed request names its resulting module.",
    minimumRole: "super_admin",
    body: RequestStatusSchema,
    answer: PlatformRequestSchema,
    constraints: { module_requests_resulting_module_id_fkey: ["not_found", "There is no such module: resultingModuleId must name one of the catalogue."] },
    async run({ tx, ids, body: { status, resultingModuleId, reason }, record }) {
      const [found] = await tx`select status, agency_id from module_requests where id = ${ids.requestId} for update`;
      if (!found) throw missing();
      const before = found.status as RequestStatus;
      const legal = REQUEST_STATUS_CHANGES[before];
      if (!legal.includes(status)) {
        const can = legal.length ? `can become ${legal.join(" or ")}, not ${status}` : "cannot change any more";
        throw new ApiError("conflict", `A request that is ${before} ${can}.`);
      }
      await tx`update module_requests set status = ${status}, resulting_module_id = ${resultingModuleId ?? null} where id = ${ids.requestId}`;
      const after = { status, ...(resultingModuleId && { resultingModuleId }) };
      record({ subject: "request", id: ids.requestId, agencyId: found.agency_id as string, before: { status: before }, after, reason });
      return get(tx, ids.requestId);
    },
  }),
];
