import { DisputePostingSchema, DisputeSchema } from "@dramac/contracts";
import { LedgerError, postDispute } from "../../billing/ledger/index.ts";
import { ApiError } from "../../http/api-error.ts";
import { operation } from "../operation.ts";
import { missing } from "../../services/missing.ts";

/** Disputes come by no event: an administrator reads them at the provider and says them here. */
export const disputeOperations = [
  operation({
    id: "payment.dispute",
    method: "PUT",
    path: "/api/admin/ledger/{entryId}/dispute",
    summary: "Says what a buyer's bank has taken back of the payment that an entry of the ledger is about, or that it gave it back again.",
    minimumRole: "super_admin",
    body: DisputeSchema,
    answer: DisputePostingSchema,
    async run({ tx, ids: { entryId }, body, record }) {
      const [entry] = await tx`select agency_id from ledger_entries where id = ${entryId}`;
      if (!entry) throw missing();
      const { id, total, fee, occurredAt, reason } = body;
      const posting = await postDispute(tx, { id, entryId, total: BigInt(total), fee: BigInt(fee), occurredAt: new Date(occurredAt) }).catch(asRefusal);
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
