import { z } from "zod";
import type { LemonSqueezyOptions } from "./adapter.ts";

const EnvironmentSchema = z.object({
  LEMONSQUEEZY_STORE_ID: z.string().regex(/^\d+$/, "the store's number"),
  LEMONSQUEEZY_API_KEY: z.string().optional(),
  LEMONSQUEEZY_TEST_API_KEY: z.string().optional(),
  // A key goes along with every call: only a machine's own stand-in may get it in the clear.
  LEMONSQUEEZY_API_URL: z
    .url({ protocol: /^https?$/ })
    .refine((url) => /^https:|^http:\/\/(localhost|127\.0\.0\.1|\[::1\])([:/]|$)/.test(url), "https, or a loopback address")
    .optional(),
});

/** What the environment says of Lemon Squeezy; `undefined` where no store is named. @throws Error that names every fault at once */
export function readLemonSqueezy(environment: NodeJS.ProcessEnv): LemonSqueezyOptions | undefined {
  const given = Object.fromEntries(Object.entries(environment).filter(([, value]) => value !== ""));
  if (given["LEMONSQUEEZY_STORE_ID"] === undefined) return undefined;
  const result = EnvironmentSchema.safeParse(given);
  if (!result.success) throw new Error(result.error.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("\n"));
  const { LEMONSQUEEZY_STORE_ID: storeId, LEMONSQUEEZY_API_KEY: live, LEMONSQUEEZY_TEST_API_KEY: test, LEMONSQUEEZY_API_URL: apiUrl } = result.data;
  if (live === undefined && test === undefined) throw new Error("Set LEMONSQUEEZY_API_KEY, LEMONSQUEEZY_TEST_API_KEY or both.");
  return { storeId, apiKeys: { ...(live !== undefined && { live }), ...(test !== undefined && { test }) }, ...(apiUrl !== undefined && { apiUrl }) };
}
