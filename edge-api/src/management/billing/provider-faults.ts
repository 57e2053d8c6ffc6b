import { BillingRefused, BillingUnavailable } from "../../billing/provider.ts";
import { ApiError } from "../../http/api-error.ts";

/** What a fault of the provider's means to whoever asked for something. */
export async function askProvider<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (fault) {
    if (fault instanceof BillingRefused) throw new ApiError("conflict", fault.message);
    if (fault instanceof BillingUnavailable)
      throw new ApiError("upstream_failed", "The billing provider does not answer at the moment. Nothing was changed; try again.");
    throw fault;
  }
}
