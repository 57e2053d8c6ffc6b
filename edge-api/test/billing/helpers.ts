import type { TestContext } from "node:test";
import { type LemonSqueezyMockOptions, startLemonSqueezyMock } from "@dramac/lemon-squeezy-mock";
import { createLemonSqueezy, type LemonSqueezyOptions } from "../../src/billing/lemonsqueezy/adapter.ts";
import type { CheckoutRequest } from "../../src/billing/provider.ts";

export const START = new Date("2026-03-10T09:00:00Z");

/** A mock with a stopped clock and the adapter that calls it. A sleep moves the clock, so that tests do not wait. */
export async function setUp(test: TestContext, options: { mock?: LemonSqueezyMockOptions; adapter?: Partial<LemonSqueezyOptions> } = {}) {
  const mock = await startLemonSqueezyMock({ clock: START, ...options.mock });
  test.after(mock.close);
  const slept: number[] = [];
  const timing = {
    now: mock.control.now,
    random: () => 0.5,
    async sleep(ms: number) {
      slept.push(ms);
      await mock.control.advance(ms);
    },
  };
  const provider = createLemonSqueezy({ storeId: "1", apiKeys: mock.apiKeys, apiUrl: mock.url, timing, ...options.adapter });
  return { ...mock, provider, slept, timing };
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
