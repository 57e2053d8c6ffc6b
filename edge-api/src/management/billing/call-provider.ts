import { BillingRefused, BillingUnavailable } from "../../billing/provider.ts";
import { ApiError } from "../../http/api-error.ts";

/** Calls the provider, and turns its errors into API errors. @throws ApiError `conflict`, `upstream_failed` */
export async function callProvider<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof BillingRefused) throw new ApiError("conflict", error.message);
    if (error instanceof BillingUnavailable)
      throw new ApiError("upstream_failed", "The billing provider does not answer at the moment. Nothing was changed; try again.");
    throw error;
  }
}
