import { DisputePostingSchema, DisputeSchema } from "@dramac/contracts";
import { LedgerError, postDispute } from "../../billing/ledger/index.ts";
import { ApiError } from "../../http/api-error.ts";
import { operation } from "../operation.ts";
import { missing } from "../../services/missing.ts";

/** The provider sends no event about disputes: an administrator reads them on the provider's pages and enters them here. */
export const disputeOperations = [
  operation({
    id: "payment.dispute",
    method: "PUT",
    path: "/api/admin/ledger/{entryId}/dispute",
    summary: "Records what a buyer's bank took back of the payment of a ledger entry, or that it returned the money.",
    minimumRole: "super_admin",
    body: DisputeSchema,
    answer: DisputePostingSchema,
    async run({ tx, ids: { entryId }, body, now, record }) {
      const [entry] = await tx`select agency_id from ledger_entries where id = ${entryId}`;
      if (!entry) throw missing();
      const { id, total, fee, occurredAt, reason } = body;
      const posting = await postDispute(tx, { id, entryId, total: BigInt(total), fee: BigInt(fee), occurredAt: new Date(occurredAt), now }).catch(asRefusal);
      const after = posting.posted ? { entryId: posting.entryId, lines: posting.lines } : { entryId: null, lines: [] };
      record({ subject: "payment", id: entryId, agencyId: entry.agency_id as string, after: { dispute: id, total, fee, entryId: after.entryId }, reason });
      return after;
    },
  }),
];

function asRefusal(error: unknown): never {
  if (error instanceof LedgerError && error.code === "too_much") {
    throw new ApiError("validation_failed", error.message, { faults: [{ path: "/total", message: "is more than is left" }] });
  }
  if (error instanceof LedgerError) throw new ApiError("conflict", error.message);
  throw error;
}
