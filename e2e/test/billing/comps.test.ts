import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { type BillingHarness, startBillingHarness } from "./billing-harness.ts";

const DAY = 86_400_000;

let at: BillingHarness;
before(async () => {
  at = await startBillingHarness();
});
after(() => at?.close());

const endGrant = (id: string) => at.agencyApi.asRoot("DELETE", `/api/admin/subscriptions/${id}/grant`);
const told = async (id: string) => {
  const { reason, isAllowed, causes } = await at.entitlement(id);
  return [reason, isAllowed, causes.map(({ kind, detail }) => `${kind} ${detail}`)];
};

test("the causes of a comp and its end name who made them, and the subscription can be bought afterwards", async () => {
  const { subscriptionId } = await at.sell("given");
  assert.equal((await endGrant(subscriptionId)).status, 409, "it was not comped");
  assert.equal((await at.agencyApi.comp(subscriptionId)).status, 200);
  assert.deepEqual(await told(subscriptionId), ["granted", true, ["operation subscription.grant"]]);
  const ended = await endGrant(subscriptionId);
  assert.deepEqual([ended.status, ended.body.status], [200, "expired"], JSON.stringify(ended.body));
  assert.deepEqual(await told(subscriptionId), ["expired", false, ["operation subscription.end-grant", "operation subscription.grant"]]);
  assert.equal((await endGrant(subscriptionId)).status, 409, "it is over");

  await at.pay(await at.checkout(subscriptionId));
  await at.drainInbox();
  const [reason, isAllowed, causes] = await told(subscriptionId);
  assert.deepEqual([reason, isAllowed, (causes as string[]).slice(-2)], ["paid", true, ["operation subscription.end-grant", "operation subscription.grant"]]);
});

test("a comp with an end is over at that moment, and the subscription can then be bought without further action", async () => {
  const { subscriptionId } = await at.sell("lent");
  assert.equal((await at.agencyApi.comp(subscriptionId, { until: new Date(at.mock.control.now() + DAY).toISOString() })).status, 200);
  assert.equal((await at.entitlement(subscriptionId)).next, "ended");
  await at.advance(2 * DAY);
  assert.equal((await at.entitlement(subscriptionId)).reason, "ended");
  await at.pay(await at.checkout(subscriptionId));
  await at.drainInbox();
  assert.equal((await at.entitlement(subscriptionId)).reason, "paid");
});

test("a subscription that the provider renews cannot be comped; a refunded one can, and later events of the old payment do not change that", async () => {
  const { subscriptionId } = await at.sell("both");
  const { id, orderId } = await at.pay(await at.checkout(subscriptionId));
  await at.drainInbox();
  const refused = await at.agencyApi.comp(subscriptionId);
  assert.deepEqual([refused.status, refused.body.code], [409, "conflict"]);
  assert.equal((await endGrant(subscriptionId)).status, 409);
  assert.equal((await at.entitlement(subscriptionId)).reason, "paid");

  await at.agencyApi.asOwner("POST", `/api/agencies/${at.agency.ids.agencyId}/subscriptions/${subscriptionId}/cancel`);
  await at.advance(32 * DAY);
  assert.equal((await at.entitlement(subscriptionId)).reason, "expired");
  assert.equal((await at.agencyApi.comp(subscriptionId)).status, 200);
  const refund = await fetch(`${at.mock.url}/v1/orders/${orderId}/refund`, {
    method: "POST",
    headers: { authorization: `Bearer ${at.mock.apiKeys.test}`, "content-type": "application/vnd.api+json" },
    body: JSON.stringify({ data: { type: "orders", id: String(orderId), attributes: {} } }),
  });
  assert.equal(refund.status, 200);
  await at.mock.control.change(id, { updatedAt: at.mock.control.now() + 1_000 });
  await at.drainInbox();
  assert.deepEqual((await told(subscriptionId)).slice(0, 2), ["granted", true]);
});

test("an agency that ends an unpaid subscription gets the same answer", async () => {
  const { subscriptionId } = await at.sell("unwanted");
  assert.equal((await at.agencyApi.asOwner("DELETE", `/api/agencies/${at.agency.ids.agencyId}/subscriptions/${subscriptionId}`)).status, 200);
  assert.deepEqual(await told(subscriptionId), ["expired", false, ["operation subscription.end"]]);
});
