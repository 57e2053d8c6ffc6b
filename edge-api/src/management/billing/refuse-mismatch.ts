import { getLogger } from "@logtape/logtape";
import { ApiError } from "../../http/api-error.ts";

/**
 * Raises the alarm: a statement does not say what the ledger says. Rather none is sent than a wrong one.
 * @throws ApiError `internal`, always; the log has `statement_mismatch` with whose, when and where it differs
 */
export function refuseMismatch(
  whose: { readonly agencyId?: string; readonly developerId?: string; readonly month: string },
  differs: readonly string[],
): never {
  getLogger(["dramac", "billing"]).error("{code}: the statement of {month} differs from the ledger: {differs}", {
    code: "statement_mismatch",
    ...whose,
    differs,
  });
  throw new ApiError("internal", "This statement does not agree with the ledger and is not given out. We were told, and look at it.");
}
