import type { Configuration } from "../../config.ts";
import type { BillingProvider } from "../provider.ts";
import { createLemonSqueezy } from "./adapter.ts";

/** Without a key nothing can be asked: nothing is bought then, and deliveries count as they are. */
export function createLemonSqueezyFromConfiguration({
  billing: { storeId, mode },
  lemonSqueezy: { apiKey, apiUrl },
}: Pick<Configuration, "billing" | "lemonSqueezy">): BillingProvider {
  return createLemonSqueezy({ storeId, apiKeys: { ...(apiKey !== undefined && { [mode]: apiKey }) }, ...(apiUrl !== undefined && { apiUrl }) });
}
