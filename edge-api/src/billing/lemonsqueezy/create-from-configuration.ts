import type { Configuration } from "../../config.ts";
import type { BillingProvider } from "../provider.ts";
import { createLemonSqueezy } from "./adapter.ts";

/** Without an API key no call is possible: no checkout opens, and the inbox uses the state in the deliveries. */
export function createLemonSqueezyFromConfiguration({
  billing: { storeId, mode },
  lemonSqueezy: { apiKey, apiUrl },
}: Pick<Configuration, "billing" | "lemonSqueezy">): BillingProvider {
  return createLemonSqueezy({ storeId, apiKeys: { ...(apiKey !== undefined && { [mode]: apiKey }) }, ...(apiUrl !== undefined && { apiUrl }) });
}
