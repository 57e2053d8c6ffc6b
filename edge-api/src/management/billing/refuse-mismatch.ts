import { getLogger } from "@logtape/logtape";
import { ApiError } from "../../http/api-error.ts";

/**
 * Logs an error and refuses a statement that does not agree with the ledger: no statement is better than a wrong one.
 * @throws ApiError `internal`, always; the log event `statement_mismatch` names the owner, the month and the differences
 */
export function refuseMismatch(
  owner: { readonly agencyId?: string; readonly developerId?: string; readonly month: string },
  differs: readonly string[],
): never {
  getLogger(["dramac", "billing"]).error("{code}: the statement of {month} differs from the ledger: {differs}", {
    code: "statement_mismatch",
    ...owner,
    differs,
  });
  throw new ApiError("internal", "This statement does not agree with the ledger, so it is not shown. The operators were informed.");
}
