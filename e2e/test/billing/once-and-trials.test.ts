import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { HOST, type BillingHarness, startBillingHarness } from "./billing-harness.ts";

const DAY = 86_400_000;
/** A variant of the mock's first store in test mode. */
const WITH_TRIAL = "153";
const ONCE = { pricingType: "one_time", wholesaleMonthly: 0, wholesaleYearly: 0, wholesaleOneTime: 4_900 };

const checkoutOf = ({ url }: { url: string }) => new URL(url).pathname.split("/").at(-1) as string;

describe("a one-time payment", () => {
  let at: BillingHarness;
  before(async () => {
    at = await startBillingHarness();
  });
  after(() => at?.close());

  const pay = async (subscriptionId: string) => {
    const order = await at.mock.control.payOnce(checkoutOf(await at.checkout(subscriptionId)), { taxRate: 23 });
    await at.drainInbox();
    return order;
  };
  async function refund(order: number, amount?: number): Promise<void> {
    const answer = await fetch(`${at.mock.url}/v1/orders/${order}/refund`, {
      method: "POST",
      headers: { authorization: `Bearer ${at.mock.apiKeys.test}`, "content-type": "application/vnd.api+json" },
      body: JSON.stringify({ data: { type: "orders", id: String(order), attributes: amount === undefined ? {} : { amount } } }),
    });
    assert.equal(answer.status, 200, await answer.text());
    await at.drainInbox();
  }
  const reasons = async (id: string) => {
    const { isAllowed, reason, validUntil } = await at.entitlement(id);
    return [isAllowed, reason, validUntil];
  };

  test("runs without end; a partial refund changes nothing, a full refund stops it, and it can be bought again", async () => {
    const { moduleId, subscriptionId } = await at.sell("once", ONCE, "one_time");
    const siteId = await at.agencyApi.newSite();
    const { key } = (await at.agencyApi.asOwner("POST", `/api/sites/${siteId}/surfaces`, { name: "Shop", origins: [HOST] })).body;
    const { id: order, total } = await pay(subscriptionId);
    assert.equal(total, 6_027, "4,900 and the tax");
    assert.deepEqual(await reasons(subscriptionId), [true, "paid", null]);
    assert.equal((await at.agencyApi.install(siteId, moduleId)).status, 201);
    assert.equal(
      (await at.agencyApi.asOwner("POST", `/api/agencies/${at.agency.ids.agencyId}/subscriptions/${subscriptionId}/cancel`)).status,
      409,
      "nothing renews",
    );
    await at.advance(800 * DAY);
    assert.deepEqual(await reasons(subscriptionId), [true, "paid", null], "two years on");

    await refund(order, 1_000);
    assert.deepEqual(await reasons(subscriptionId), [true, "paid", null]);
    assert.equal(await at.stateOf(key, "once"), "active");
    await refund(order);
    assert.deepEqual(await reasons(subscriptionId), [false, "refunded", null]);

    await pay(subscriptionId);
    assert.deepEqual(await reasons(subscriptionId), [true, "paid", null]);
    const payments = (await at.agencyApi.asOwner("GET", `/api/agencies/${at.agency.ids.agencyId}/subscriptions/${subscriptionId}/payments`)).body.items;
    assert.deepEqual(
      payments.map(({ status, refunded }: Record<string, unknown>) => [status, refunded]),
      [
        ["paid", 0],
        ["refunded", 6_027],
      ],
    );
  });

  test("a refund that arrives before its order grants nothing", async () => {
    const { subscriptionId } = await at.sell("regretted", ONCE, "one_time");
    at.mock.control.failWebhooks({ kind: "hold", events: ["order_created"], times: 1 });
    const order = await at.mock.control.payOnce(checkoutOf(await at.checkout(subscriptionId)));
    await refund(order.id);
    assert.deepEqual(await reasons(subscriptionId), [false, "refunded", null]);
    await at.mock.control.release();
    await at.drainInbox();
    assert.deepEqual(await reasons(subscriptionId), [false, "refunded", null]);
  });
});

describe("a trial", () => {
  let at: BillingHarness;
  before(async () => {
    at = await startBillingHarness({ LEMONSQUEEZY_VARIANT_MONTHLY: WITH_TRIAL });
  });
  after(() => at?.close());

  const begin = async (slug: string, buyer: object = {}) => {
    const { subscriptionId } = await at.sell(slug);
    await at.pay(await at.checkout(subscriptionId), buyer);
    await at.drainInbox();
    const { isAllowed, reason, mayInstall } = await at.entitlement(subscriptionId);
    assert.deepEqual([isAllowed, reason, mayInstall], [true, "trial", true]);
    return subscriptionId;
  };

  test("becomes a subscription with the first payment", async () => {
    const id = await begin("tried");
    await at.advance(13 * DAY);
    assert.equal((await at.entitlement(id)).reason, "trial");
    await at.advance(2 * DAY);
    assert.equal((await at.entitlement(id)).reason, "paid");
    const payments = (await at.agencyApi.asOwner("GET", `/api/agencies/${at.agency.ids.agencyId}/subscriptions/${id}/payments`)).body.items;
    assert.deepEqual(
      payments.map(({ kind, total }: Record<string, unknown>) => [kind, total]),
      [
        ["invoice", 1_000],
        ["order", 0],
      ],
    );
    const posted = await at.rows(`select source_kind, source_id from ledger_entries where subscription_id = '${id}'`);
    assert.deepEqual(
      posted.map(({ source_kind }) => source_kind),
      ["invoice"],
      "a trial's order is of nothing",
    );
  });

  test("that ends unpaid is overdue, then in its grace period, then over", async () => {
    const id = await begin("forgotten", { card: "fails_later" });
    const seen: [string, boolean][] = [];
    for (const days of [15, 3, 13, 7]) {
      await at.advance(days * DAY);
      const { reason, isAllowed } = await at.entitlement(id);
      seen.push([reason, isAllowed]);
    }
    assert.deepEqual(seen, [
      ["past_due", true],
      ["past_due", true],
      ["grace", true],
      ["unpaid", false],
    ]);
  });
});
