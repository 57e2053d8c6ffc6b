import assert from "node:assert/strict";
import type { LemonSqueezyMock } from "@dramac/lemon-squeezy-mock";
import { dialPort, startPlatform, type TestPlatform } from "../../src/index.ts";
import { type Agency, makeAgency } from "../management/api.ts";
import { createAgencyApi } from "../management/agency-api.ts";
import { connectMock, startMock } from "../management/lemon-squeezy-mock.ts";

export const HOST = "https://shop.example";
const RETURN_TO = "https://console.example/modules";

/** A platform that sells through the Lemon Squeezy mock, with one common clock, and an agency with one site. */
export interface BillingHarness {
  readonly platform: TestPlatform;
  readonly mock: LemonSqueezyMock;
  readonly agency: Agency;
  readonly agencyApi: ReturnType<typeof createAgencyApi>;
  /** Publishes a module at a price, and subscribes to it. */
  sell(slug: string, prices?: object, cycle?: string): Promise<{ moduleId: string; subscriptionId: string }>;
  checkout(subscriptionId: string, more?: object): Promise<{ id: string; url: string }>;
  /** Pays a checkout as its page would. @returns the provider's subscription */
  pay(checkout: { url: string }, buyer?: object): Promise<{ id: number; orderId: number }>;
  /** Puts the clock forward; what is due at the provider happens on the way. */
  advance(ms: number): Promise<void>;
  entitlement(subscriptionId: string): Promise<{ isAllowed: boolean; reason: string; causes: { kind: string; detail: string }[]; [name: string]: unknown }>;
  /** Resolves when no delivery in the inbox is due any more. */
  drainInbox(): Promise<void>;
  /** The state of a module in the plan. */
  stateOf(key: string, slug: string): Promise<string | undefined>;
  rows(query: string): Promise<readonly Record<string, unknown>[]>;
  close(): Promise<void>;
}

/** @param routeApiUrl maps the address of the provider's API to a proxy's, so that a test can close the connections */
export async function startBillingHarness(
  environment: Readonly<Record<string, string>> = {},
  routeApiUrl: (apiUrl: string) => Promise<string> = async (url) => url,
): Promise<BillingHarness> {
  const { mock, environment: mockEnvironment } = await startMock({ clock: new Date() });
  const ahead = () => mock.control.now() - begun + started;
  const [begun, started] = [mock.control.now(), Date.now()];
  const platform = await startPlatform(() => [], {
    managementRates: { perKey: 1e6, perNetwork: 1e6 },
    clock: ahead,
    environment: {
      ...mockEnvironment,
      LEMONSQUEEZY_API_URL: await routeApiUrl(mock.url),
      LEMONSQUEEZY_WEBHOOK_SECRET: `${mockEnvironment.LEMONSQUEEZY_WEBHOOK_SECRET},secret-of-before`,
      ...environment,
    },
  });
  connectMock(mock, platform);
  const agency = await makeAgency(platform, "own");
  const agencyApi = createAgencyApi(platform, agency);
  const path = `/api/agencies/${agency.ids.agencyId}/subscriptions`;
  const rows = async (query: string) => [
    ...((await platform.database.withPlatform("test look", (tx) => tx.unsafe(query))) as readonly Record<string, unknown>[]),
  ];

  const self: BillingHarness = {
    platform,
    mock,
    agency,
    agencyApi,
    async sell(slug, prices = { pricingType: "monthly", wholesaleMonthly: 1_000, wholesaleYearly: 10_000 }, cycle = "monthly") {
      const moduleId = await agencyApi.publish(slug, { entryPoints: { siteBody: "main.js" }, hooks: ["site:page:after"], permissions: ["read:site"] });
      const priced = await agencyApi.price(moduleId, prices);
      assert.ok(priced.status < 300, JSON.stringify(priced.body));
      const subscribed = await agencyApi.subscribe(moduleId, { billingCycle: cycle });
      assert.equal(subscribed.status, 201, JSON.stringify(subscribed.body));
      return { moduleId, subscriptionId: subscribed.body.id };
    },
    async checkout(subscriptionId, more = {}) {
      const { status, body } = await agencyApi.asOwner("POST", `${path}/${subscriptionId}/checkout`, {
        redirectUrl: RETURN_TO,
        email: `buyer-of-${subscriptionId}@own.example`,
        ...more,
      });
      assert.equal(status, 201, JSON.stringify(body));
      return body;
    },
    pay: ({ url }, buyer) => mock.control.pay(new URL(url).pathname.split("/").at(-1) as string, buyer) as Promise<{ id: number; orderId: number }>,
    async advance(ms) {
      await mock.control.advance(ms);
      await self.drainInbox();
    },
    entitlement: async (id) => (await agencyApi.asOwner("GET", `${path}/${id}/entitlement`)).body,
    async drainInbox() {
      await mock.control.whenIdle();
      for (let attempt = 0; attempt < 400; attempt++) {
        const [row] = await rows(
          `select count(*)::int as due from webhook_inbox where status in ('pending', 'waiting') and (last_error is null or next_attempt_at <= '${new Date(ahead()).toISOString()}')`,
        );
        if (row?.due === 0) return;
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
      throw new Error(
        `The inbox does not become empty: ${JSON.stringify(await rows("select event_name, status, attempts, last_error from webhook_inbox where status <> 'done'"))}`,
      );
    },
    async stateOf(key, slug) {
      const plan = JSON.parse((await dialPort(platform.port, `/api/surfaces/${key}/plan`)).body) as { modules: { slug: string; state: string }[] };
      return plan.modules.find((one) => one.slug === slug)?.state;
    },
    rows,
    async close() {
      await platform.close();
      await mock.close();
    },
  };
  return self;
}
