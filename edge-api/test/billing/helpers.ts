import type { TestContext } from "node:test";
import { type LemonStandOptions, startLemonStand } from "@dramac/lemon-stand";
import { createLemonSqueezy, type LemonSqueezyOptions } from "../../src/billing/lemonsqueezy/adapter.ts";
import type { CheckoutRequest } from "../../src/billing/provider.ts";

export const START = new Date("2026-03-10T09:00:00Z");

/** A stand-in whose clock stands still, and the adapter in front of it: whoever sleeps moves the clock, and nobody waits. */
export async function setUp(test: TestContext, options: { stand?: LemonStandOptions; adapter?: Partial<LemonSqueezyOptions> } = {}) {
  const stand = await startLemonStand({ clock: START, ...options.stand });
  test.after(stand.close);
  const slept: number[] = [];
  const timing = {
    now: stand.control.now,
    random: () => 0.5,
    async sleep(ms: number) {
      slept.push(ms);
      await stand.control.advance(ms);
    },
  };
  const provider = createLemonSqueezy({ storeId: "1", apiKeys: stand.apiKeys, apiUrl: stand.url, timing, ...options.adapter });
  return { ...stand, provider, slept, timing };
}

/** 12.50 a month. */
export const wanted: CheckoutRequest = {
  mode: "live",
  variantId: "101",
  productName: "Booking for Acme",
  amount: 1_250n,
  intentId: "ci_01",
  email: "owner@example.com",
  redirectUrl: "https://app.example.com/billing?from=checkout",
  expiresAt: "2026-03-10T09:30:00Z",
};
