import assert from "node:assert/strict";
import { randomBytes, randomUUID } from "node:crypto";
import { type LemonSqueezyMock, settingsFor, startLemonSqueezyMock } from "@dramac/lemon-squeezy-mock";
import { publishFixture, type TestPlatform } from "../../src/index.ts";
import { type Agency, call } from "./api.ts";

export const SECRET = "a-secret-of-tests";

/** Starts the Lemon Squeezy mock. @returns it, and the environment of a platform that uses it */
export async function startMock(
  options: Parameters<typeof startLemonSqueezyMock>[0] = {},
): Promise<{ mock: LemonSqueezyMock; environment: Record<string, string> }> {
  const mock = await startLemonSqueezyMock({ callsPerMinute: 1e6, ...options });
  return { mock, environment: settingsFor(mock, SECRET) };
}

/** Sends the mock's webhooks to a platform. */
export const connectMock = (mock: LemonSqueezyMock, platform: TestPlatform): void =>
  mock.control.setWebhooks([{ url: `${platform.url}/api/webhooks/lemonsqueezy`, secret: SECRET }]);

/** A subscription in the state that an operation asks for, bought over HTTP. @returns its id */
export async function subscriptionFor(platform: TestPlatform, mock: LemonSqueezyMock, { ids, keys }: Agency, operation: string): Promise<string> {
  const root = platform.seeded.keys.superAdmin;
  const slug = `sold-${randomBytes(4).toString("hex")}`;
  await publishFixture(platform.database, "probe", (manifest) => Object.assign(manifest, { id: slug, slug, name: slug }));
  const moduleId = (await call(platform, { key: root, method: "GET", path: `/api/admin/modules?text=${slug}` })).body.items[0].id;
  const prices = {
    pricingType: "monthly",
    currency: "USD",
    wholesaleMonthly: 1_000,
    wholesaleYearly: 0,
    wholesaleOneTime: 0,
    suggestedRetailMonthly: null,
    suggestedRetailYearly: null,
  };
  await call(platform, { key: root, method: "PUT", path: `/api/admin/modules/${moduleId}/prices`, body: prices });
  const path = `/api/agencies/${ids.agencyId}/subscriptions`;
  const { id } = (await call(platform, { key: keys.agency_owner, method: "POST", path, body: { moduleId } })).body;
  if (operation === "checkout.open") return id;
  const checkout = await call(platform, {
    key: keys.agency_owner,
    method: "POST",
    path: `${path}/${id}/checkout`,
    body: {
      redirectUrl: "https://console.example/",
      email: "buyer@example.com",
    },
  });
  assert.equal(checkout.status, 201, JSON.stringify(checkout.body));
  await mock.control.pay(new URL(checkout.body.url).pathname.split("/").at(-1) as string);
  const end = Date.now() + 5_000;
  while ((await call(platform, { key: keys.agency_owner, method: "GET", path: `${path}/${id}/entitlement` })).body.reason !== "paid")
    assert.ok(Date.now() < end, "it is not paid");
  if (operation === "subscription.resume") await call(platform, { key: keys.agency_owner, method: "POST", path: `${path}/${id}/cancel` });
  return id;
}

/** A delivery that was given up. @returns its id */
export async function deadDelivery(platform: TestPlatform): Promise<string> {
  const id = randomUUID();
  await platform.database.withPlatform(
    "test state",
    (tx) => tx`
    insert into webhook_inbox (id, store, mode, event_name, resource_type, resource_id, dedupe_sha256, raw_body, status, attempts)
    values (${id}, '1', 'test', 'subscription_updated', 'subscription', ${id}, ${randomBytes(32)}, '{}', 'dead', 8)`,
  );
  return id;
}
