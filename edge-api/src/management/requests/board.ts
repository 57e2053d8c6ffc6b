import { OPEN_REQUEST_STATUSES, pageOf, RequestBoardQuerySchema, RequestOnBoardSchema, type RequestStatus } from "@dramac/contracts";
import type { Tx } from "../../db/database.ts";
import { ApiError } from "../../http/api-error.ts";
import { operation } from "../operation.ts";
import { missing } from "../../services/missing.ts";
import { publicColumns } from "./columns.ts";
import { listRequests } from "./list.ts";

/** What all agencies see, with whether the request is the caller's own and whether the caller has voted. */
const columns = (tx: Tx, agencyId: string) => tx`
  ${publicColumns(tx)}, r.agency_id = ${agencyId} as "isOwn",
  exists (select from module_request_votes v where v.request_id = r.id and v.agency_id = ${agencyId}) as "hasVoted"`;
const get = async (tx: Tx, agencyId: string, id: string) => (await tx`select ${columns(tx, agencyId)} from module_requests r where r.id = ${id}`)[0];

/**
 * Locks a request whose votes may change, so that they change one after the other.
 * @throws ApiError `not_found`; `conflict` for the caller's own request and for a closed one
 */
async function lockOpen(tx: Tx, agencyId: string, id: string): Promise<void> {
  const [found] = await tx`select agency_id, status from module_requests where id = ${id} for update`;
  if (!found) throw missing();
  if (found.agency_id === agencyId) throw new ApiError("conflict", "This request is your own: only other agencies can vote for it.");
  if (!OPEN_REQUEST_STATUSES.includes(found.status as RequestStatus)) {
    throw new ApiError("conflict", `This request is ${found.status as string}: its votes can no longer change.`);
  }
}

/** The requests of all agencies, and votes: one for each agency and request. */
export const requestBoardOperations = [
  operation({
    id: "request.browse",
    method: "GET",
    path: "/api/agencies/{agencyId}/request-board",
    summary: "The requests of all agencies, without their authors; newest first or with the most votes first.",
    minimumRole: "agency_member",
    crossesTenants: true,
    query: RequestBoardQuerySchema,
    answer: pageOf(RequestOnBoardSchema),
    run: ({ tx, agencyId, query }) => listRequests(tx, columns(tx, agencyId), tx`true`, query),
  }),
  operation({
    id: "request.vote",
    method: "POST",
    path: "/api/agencies/{agencyId}/request-board/{requestId}/vote",
    summary: "Votes for another agency's request, once.",
    minimumRole: "agency_member",
    crossesTenants: true,
    answer: RequestOnBoardSchema,
    constraints: { module_request_votes_pkey: ["conflict", "This agency has voted for the request already."] },
    async run({ tx, agencyId, ids, record }) {
      await lockOpen(tx, agencyId, ids.requestId);
      await tx`insert into module_request_votes (request_id, agency_id) values (${ids.requestId}, ${agencyId})`;
      record({ subject: "request", id: ids.requestId, before: { hasVoted: false }, after: { hasVoted: true } });
      return get(tx, agencyId, ids.requestId);
    },
  }),
  operation({
    id: "request.unvote",
    method: "DELETE",
    path: "/api/agencies/{agencyId}/request-board/{requestId}/vote",
    summary: "Withdraws the agency's vote.",
    minimumRole: "agency_member",
    crossesTenants: true,
    answer: RequestOnBoardSchema,
    async run({ tx, agencyId, ids, record }) {
      await lockOpen(tx, agencyId, ids.requestId);
      const { count } = await tx`delete from module_request_votes where request_id = ${ids.requestId} and agency_id = ${agencyId}`;
      if (!count) throw new ApiError("conflict", "This agency has not voted for the request.");
      record({ subject: "request", id: ids.requestId, before: { hasVoted: true }, after: { hasVoted: false } });
      return get(tx, agencyId, ids.requestId);
    },
  }),
];
