import assert from "node:assert/strict";
import { test } from "node:test";
import { getSubscription } from "@lemonsqueezy/lemonsqueezy.js";
import { createLemonSqueezy } from "../../src/billing/lemonsqueezy/adapter.ts";
import { BillingRefused, BillingUnavailable, type Walk } from "../../src/billing/provider.ts";
import { setUp, wanted } from "./helpers.ts";

async function all<Resource>(walk: Walk<Resource>): Promise<Resource[]> {
  const found: Resource[] = [];
  for await (const resource of walk) found.push(resource);
  return found;
}

const checkoutOf = (url: string) => url.split("/").at(-1) ?? "";

test("a checkout is paid at its custom price, and its subscription, order and invoice can be read", async (context) => {
  const { provider, control } = await setUp(context);
  const checkout = await provider.createCheckout(wanted);
  assert.equal(checkoutOf(checkout.url), checkout.id);
  const paid = await control.pay(checkout.id, { taxRate: 23 });
  assert.deepEqual(paid.custom, { checkout_intent_id: "ci_01" });

  const subscription = await provider.getSubscription(String(paid.id), "live");
  assert.ok(subscription);
  assert.deepEqual([subscription.status, subscription.variantId, subscription.storeId, subscription.mode], ["active", "101", "1", "live"]);
  assert.equal(subscription.renewsAt, "2026-04-10T09:00:00.000Z");
  const order = await provider.getOrder(subscription.orderId, "live");
  assert.deepEqual([order?.subtotal, order?.tax, order?.total, order?.status, order?.currency], [1_250n, 288n, 1_538n, "paid", "USD"]);
  const [invoice] = await all(provider.listInvoices("live", { subscriptionId: subscription.id }));
  assert.deepEqual([invoice?.reason, invoice?.total, invoice?.subscriptionId], ["initial", 1_538n, subscription.id]);
  assert.deepEqual(await provider.getInvoice(invoice?.id ?? "", "live"), invoice);
});

test("a subscription is paused, unpaused, cancelled, resumed and moved to another variant at that variant's price", async (context) => {
  const { provider, control } = await setUp(context);
  const { id } = await control.pay((await provider.createCheckout(wanted)).id);
  const is = String(id);
  const paused = await provider.pause(is, "live", { mode: "free", resumesAt: "2026-05-01T00:00:00Z" });
  assert.deepEqual([paused.status, paused.pause], ["paused", { mode: "free", resumesAt: "2026-05-01T00:00:00.000Z" }]);
  assert.deepEqual((await provider.unpause(is, "live")).pause, null);
  const cancelled = await provider.cancel(is, "live");
  assert.deepEqual([cancelled.status, cancelled.endsAt], ["cancelled", "2026-04-10T09:00:00.000Z"]);
  assert.deepEqual([(await provider.resume(is, "live")).status, (await provider.resume(is, "live")).endsAt], ["active", null]);
  assert.equal((await provider.changeVariant(is, "live", "102")).variantId, "102");
  assert.equal(control.state.subscriptions[0]?.price, 10_000);
  const links = await provider.portalLinks(is, "live");
  for (const link of [links.portal, links.updatePaymentMethod, links.changePlan ?? ""]) assert.equal((await fetch(link)).status, 200, link);
});

test("resources that do not exist, or belong to another store or mode, are missing", async (context) => {
  const { provider, control } = await setUp(context);
  const others = await setUp(context, { adapter: { storeId: "2" } });
  const { id, orderId } = await control.pay((await provider.createCheckout(wanted)).id);
  assert.ok(await provider.getSubscription(String(id), "live"));
  assert.equal(await provider.getSubscription(String(id), "test"), undefined);
  assert.equal(await provider.getOrder(String(orderId), "test"), undefined);
  for (const wrong of ["999999", "", "1/refund", "../users/me"]) assert.equal(await provider.getSubscription(wrong, "live"), undefined, wrong);
  const foreign = await others.control.pay((await others.provider.createCheckout({ ...wanted, variantId: "201" })).id);
  const nosy = createLemonSqueezy({ storeId: "1", apiKeys: others.apiKeys, apiUrl: others.url });
  assert.equal(await nosy.getSubscription(String(foreign.id), "live"), undefined);
  await assert.rejects(nosy.cancel(String(foreign.id), "live"), BillingRefused);
  assert.deepEqual(await all(nosy.listSubscriptions("live")), []);
  assert.equal((await all(others.provider.listSubscriptions("live"))).length, 1);
});

test("simultaneous test and live calls use their own keys, and leave neither key nor fetch behind", async (context) => {
  const { provider, control, apiKeys } = await setUp(context);
  const { fetch } = globalThis;
  const live = await control.pay((await provider.createCheckout(wanted)).id);
  const trial = await control.pay((await provider.createCheckout({ ...wanted, mode: "test", variantId: "153" })).id);
  const seen = await Promise.all(
    Array.from({ length: 40 }, (_, index) => {
      const [mode, { id }] = index % 2 ? (["test", trial] as const) : (["live", live] as const);
      return provider.getSubscription(String(id), mode).then((found) => [mode, found?.mode, found?.status]);
    }),
  );
  for (const [index, one] of seen.entries()) assert.deepEqual(one, index % 2 ? ["test", "test", "on_trial"] : ["live", "live", "active"]);
  assert.equal(globalThis.fetch, fetch);
  assert.match((await getSubscription(live.id)).error?.message ?? "", /API key/);

  const swapped = await setUp(context, { adapter: { apiKeys: { live: apiKeys.test } } });
  const right = createLemonSqueezy({ storeId: "1", apiKeys: swapped.apiKeys, apiUrl: swapped.url });
  const there = await swapped.control.pay((await right.createCheckout({ ...wanted, mode: "test", variantId: "151" })).id);
  await assert.rejects(swapped.provider.getSubscription(String(there.id), "live"), /leads to test mode/);
  await assert.rejects(swapped.provider.getSubscription(String(there.id), "test"), /no key of Lemon Squeezy for test mode/);
});

test("lists go over all pages, newest first", async (context) => {
  const { provider, control } = await setUp(context, { adapter: { callsPerMinute: 10_000 }, mock: { callsPerMinute: 10_000 } });
  const checkout = await provider.createCheckout(wanted);
  for (let count = 0; count < 205; count++) await control.pay(checkout.id);
  const ids = (await all(provider.listSubscriptions("live"))).map(({ id }) => Number(id));
  assert.equal(new Set(ids).size, 205);
  assert.deepEqual(
    ids,
    [...ids].sort((one, other) => other - one),
  );
  assert.equal((await all(provider.listOrders("live"))).length, 205);
  assert.equal((await all(provider.listInvoices("live"))).length, 205);
  assert.equal((await all(provider.listOrders("test"))).length, 0);
});

test("refunds name the total target, and repeated calls refund once", async (context) => {
  const { provider, control } = await setUp(context);
  const { orderId, id } = await control.pay((await provider.createCheckout(wanted)).id);
  const order = String(orderId);
  assert.deepEqual([(await provider.refundOrder(order, "live", 300n)).refunded, (await provider.refundOrder(order, "live", 300n)).refunded], [300n, 300n]);
  assert.equal((await provider.refundOrder(order, "live", 500n)).status, "partial_refund");
  const whole = await provider.refundOrder(order, "live");
  assert.deepEqual([whole.refunded, whole.status], [1_250n, "refunded"]);
  assert.equal((await provider.refundOrder(order, "live")).refunded, 1_250n);
  await assert.rejects(provider.refundOrder(order, "live", 1_251n), BillingRefused);
  await assert.rejects(provider.refundOrder("4711", "live"), /no order 4711/);

  await control.advance(40 * 86_400_000);
  const [renewal] = await all(provider.listInvoices("live", { subscriptionId: String(id) }));
  assert.equal((await provider.refundInvoice(renewal?.id ?? "", "live", 50n)).refunded, 50n);
});

test("PayPal subscriptions refuse changes, and the error names the portal", async (context) => {
  const { provider, control } = await setUp(context);
  const { id } = await control.pay((await provider.createCheckout(wanted)).id, { card: "paypal" });
  await assert.rejects(provider.changeVariant(String(id), "live", "102"), { name: "BillingRefused", message: /PayPal.*portal/ });
  await assert.rejects(provider.pause(String(id), "live", { mode: "free", resumesAt: null }), /portal/);
  assert.match((await provider.portalLinks(String(id), "live")).portal, /\/billing\//);
});

test("a refusal says what is wrong, and a wrong key is reported as a problem of the configuration", async (context) => {
  const { provider, control, slept } = await setUp(context);
  await assert.rejects(provider.createCheckout({ ...wanted, variantId: "777" }), { name: "BillingRefused", message: /no such store or variant/ });
  await assert.rejects(provider.createCheckout({ ...wanted, amount: 0n }), BillingRefused);
  await assert.rejects(provider.createCheckout({ ...wanted, email: "not-an-address" }), { name: "BillingRefused", message: /422/ });
  const { id } = await control.pay((await provider.createCheckout(wanted)).id);
  await assert.rejects(provider.changeVariant(String(id), "live", "201"), /variant does not exist/);
  const strangers = await setUp(context, { adapter: { apiKeys: { live: "wrong" } } });
  await assert.rejects(strangers.provider.getOrder("1", "live"), (error) => error instanceof BillingUnavailable && /key for live mode/.test(error.message));
  assert.deepEqual([...slept, ...strangers.slept], []);
});
