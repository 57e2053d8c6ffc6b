import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { call, makeAgency } from "../management/api.ts";
import { HOST, type BillingHarness, startBillingHarness } from "./billing-harness.ts";

const DAY = 86_400_000;

let at: BillingHarness;
before(async () => {
  at = await startBillingHarness();
});
after(() => at?.close());

/** Polls for two seconds: that long a plan may take to follow. */
async function becomes(key: string, slug: string, state: string | undefined): Promise<void> {
  const end = Date.now() + 2_000;
  while ((await at.stateOf(key, slug)) !== state) {
    assert.ok(Date.now() < end, `${slug} is ${await at.stateOf(key, slug)} and not ${state}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}

test("a module is bought, installed, cancelled, runs to the end of its period, stops, and is back in one step after a new payment", async () => {
  const { moduleId, subscriptionId } = await at.sell("journey");
  const siteId = await at.agencyApi.newSite();
  const { key } = (await at.agencyApi.asOwner("POST", `/api/sites/${siteId}/surfaces`, { name: "Shop", origins: [HOST] })).body;
  assert.equal((await at.agencyApi.install(siteId, moduleId)).status, 402, "not before it is paid for");
  assert.equal((await at.entitlement(subscriptionId)).reason, "pending");

  const checkout = await at.checkout(subscriptionId);
  await at.pay(checkout);
  await at.drainInbox();
  assert.deepEqual(await at.entitlement(subscriptionId).then(({ isAllowed, reason, remedy }) => [isAllowed, reason, remedy]), [true, "paid", null]);
  assert.equal((await at.agencyApi.install(siteId, moduleId)).status, 201);
  await becomes(key, "journey", "active");

  const path = `/api/agencies/${at.agency.ids.agencyId}/subscriptions/${subscriptionId}`;
  const cancelled = await at.agencyApi.asOwner("POST", `${path}/cancel`);
  assert.deepEqual(
    [cancelled.status, cancelled.body.reason, cancelled.body.isAllowed, cancelled.body.next],
    [200, "cancelled", true, "ended"],
    JSON.stringify(cancelled.body),
  );
  await at.drainInbox();
  await becomes(key, "journey", "active");
  assert.equal((await at.agencyApi.asOwner("POST", `${path}/checkout`, { redirectUrl: HOST })).status, 409, "it can be taken back instead");

  await at.advance(32 * DAY);
  assert.equal((await at.entitlement(subscriptionId)).isAllowed, false);
  await becomes(key, "journey", "suspended");

  await at.pay(await at.checkout(subscriptionId));
  await at.drainInbox();
  await becomes(key, "journey", "active");
  const { causes } = await at.entitlement(subscriptionId);
  assert.ok(causes.length >= 4, JSON.stringify(causes));
  assert.ok(causes.some(({ kind, detail }) => kind === "operation" && detail === "subscription.cancel"));
});

test("a cancelled subscription is resumed", async () => {
  const { subscriptionId } = await at.sell("hesitant");
  await at.pay(await at.checkout(subscriptionId));
  await at.drainInbox();
  const path = `/api/agencies/${at.agency.ids.agencyId}/subscriptions/${subscriptionId}`;
  assert.equal((await at.agencyApi.asOwner("POST", `${path}/cancel`)).body.reason, "cancelled");
  assert.equal((await at.agencyApi.asOwner("POST", `${path}/resume`)).body.reason, "paid");
  const links = await at.agencyApi.asOwner("POST", `${path}/portal`);
  assert.match(links.body.portal, /^http/, JSON.stringify(links.body));
  const payments = await at.agencyApi.asOwner("GET", `${path}/payments`);
  assert.ok(
    payments.body.items.some(({ kind, total }: { kind: string; total: number }) => kind === "order" && total === 1_000),
    JSON.stringify(payments.body),
  );
});

describe("one checkout at a time", () => {
  test("a repeated request gets the same checkout; after half an hour another one", async () => {
    const { subscriptionId } = await at.sell("patient");
    const [first, again] = [await at.checkout(subscriptionId), await at.checkout(subscriptionId)];
    assert.deepEqual([again.id, again.url], [first.id, first.url]);
    await at.advance(31 * 60_000);
    assert.notEqual((await at.checkout(subscriptionId)).id, first.id);
  });

  test("a second payment is refunded, and the subscription stays", async () => {
    const { subscriptionId } = await at.sell("twice");
    const checkout = await at.checkout(subscriptionId);
    await at.pay(checkout);
    await at.drainInbox();
    const second = await at.pay(checkout);
    await at.drainInbox();
    assert.equal((await at.entitlement(subscriptionId)).reason, "paid");
    assert.deepEqual(
      await at.rows(`select duty as kind, resource_id as id from billing_duties where resource_id in ('${second.orderId}', '${second.id}') order by duty`),
      [
        { kind: "cancel_subscription", id: String(second.id) },
        { kind: "refund_order", id: String(second.orderId) },
      ],
    );
  });
});

test("a fully refunded subscription stops, can be bought again, and is not charged twice", async () => {
  const { subscriptionId } = await at.sell("given-back");
  const first = await at.pay(await at.checkout(subscriptionId));
  await at.drainInbox();
  assert.equal((await at.entitlement(subscriptionId)).reason, "paid");
  const response = await fetch(`${at.mock.url}/v1/orders/${first.orderId}/refund`, {
    method: "POST",
    headers: { authorization: `Bearer ${at.mock.apiKeys.test}`, "content-type": "application/vnd.api+json" },
    body: JSON.stringify({ data: { type: "orders", id: String(first.orderId), attributes: { amount: 1_000 } } }),
  });
  assert.ok(response.ok, await response.text());
  await at.drainInbox();
  assert.equal((await at.entitlement(subscriptionId)).reason, "refunded");
  await at.pay(await at.checkout(subscriptionId));
  await at.drainInbox();
  assert.equal((await at.entitlement(subscriptionId)).reason, "paid");
  assert.deepEqual(await at.rows(`select duty as kind from billing_duties where resource_id = '${first.id}'`), [{ kind: "cancel_subscription" }]);
});

test("33: an agency cannot cancel, resume or open the portal of another agency's subscription", async () => {
  const { subscriptionId } = await at.sell("theirs");
  await at.pay(await at.checkout(subscriptionId));
  await at.drainInbox();
  const stranger = await makeAgency(at.platform, "stranger");
  const ask = (action: string, id: string) =>
    call(at.platform, { key: stranger.keys.agency_owner, method: "POST", path: `/api/agencies/${stranger.ids.agencyId}/subscriptions/${id}/${action}` });
  for (const action of ["cancel", "resume", "portal"]) {
    const [there, missing] = [await ask(action, subscriptionId), await ask(action, randomUUID())];
    assert.equal(there.status, 404, action);
    assert.deepEqual({ ...there.body, requestId: "" }, { ...missing.body, requestId: "" }, action);
  }
  assert.equal((await at.entitlement(subscriptionId)).reason, "paid");
});
