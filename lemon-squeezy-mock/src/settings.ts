import type { LemonSqueezyMock } from "./start.ts";

/** The LEMONSQUEEZY_* settings for a platform that sells through the mock's first store in test mode. */
export function settingsFor(
  { catalogue, apiKeys, url }: Pick<LemonSqueezyMock, "catalogue" | "apiKeys" | "url">,
  webhookSecret: string,
): Record<string, string> {
  const [store] = catalogue.stores;
  const variantOf = (interval: string | null) =>
    String(catalogue.variants.find((one) => one.storeId === store?.id && one.mode === "test" && one.interval === interval && !one.trialDays)?.id ?? "");
  return {
    LEMONSQUEEZY_API_KEY: apiKeys.test,
    LEMONSQUEEZY_API_URL: url,
    LEMONSQUEEZY_STORE_ID: String(store?.id ?? ""),
    LEMONSQUEEZY_CURRENCY: store?.currency ?? "USD",
    LEMONSQUEEZY_MODE: "test",
    LEMONSQUEEZY_WEBHOOK_SECRET: webhookSecret,
    LEMONSQUEEZY_VARIANT_MONTHLY: variantOf("month"),
    LEMONSQUEEZY_VARIANT_YEARLY: variantOf("year"),
    LEMONSQUEEZY_VARIANT_ONE_TIME: variantOf(null),
  };
}
