import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DAY_MS, startBilling } from "./in-process-billing.ts";

const events = (deliveries: readonly { event: string }[]) => deliveries.map(({ event }) => event);

describe("a purchase", () => {
  test("grants the subscription at the agreed price, binds the checkout, and is posted once", async (context) => {
    const billing = await startBilling(context);
    const { subscriptionId, intentId, orderId, providerId } = await billing.buy({ taxRate: 19 });
    assert.deepEqual(await billing.entitlements(subscriptionId), []);
    await billing.catchUp();
    const row = await billing.subscription(subscriptionId);
    assert.deepEqual(
      [row.status, row.provider_subscription_id, row.provider_order_id, row.test_mode, row.price_wholesale, row.price_version, row.billing_cycle],
      ["active", String(providerId), String(orderId), true, 1_250n, 3, "monthly"],
    );
    assert.ok((row.renews_at as Date) > new Date(billing.control.now()));
    assert.deepEqual(await billing.intent(intentId), { status: "paid", order_id: String(orderId), reason: null });
    assert.deepEqual(await billing.entitlements(subscriptionId), ["paid"]);
    assert.equal((await billing.ledger()).provider_receivable, 1_488);
    assert.deepEqual(await billing.pendingActions(), []);
    assert.deepEqual(new Set((await billing.inbox()).map(({ status }) => status)), new Set(["done"]));
  });

  test("has the same effect when its deliveries come in any order, or twice", async (context) => {
    const billing = await startBilling(context);
    const { subscriptionId } = await billing.buy();
    const deliveries = billing.sent.splice(0);
    assert.deepEqual(events(deliveries).length, 3);
    for (const delivery of [...deliveries].reverse()) {
      await billing.deliver([delivery]);
      await billing.process();
    }
    await billing.deliver(deliveries);
    await billing.process();
    assert.deepEqual(await billing.entitlements(subscriptionId), ["paid"]);
    assert.equal((await billing.ledger()).provider_receivable, 1_250);
    assert.equal((await billing.inbox()).length, 3);
  });

  test("takes effect from the deliveries alone while the provider cannot be asked", async (context) => {
    const billing = await startBilling(context);
    const { subscriptionId } = await billing.buy();
    billing.control.failApi({ kind: "status", status: 503 });
    const [one, two, three] = billing.sent.splice(0);
    assert.ok(one && two && three);
    // The invoice comes first and has to wait for its subscription, which waits for its order.
    const byEvent = (part: string) => [one, two, three].filter(({ event }) => event.includes(part));
    await billing.deliver(byEvent("payment"));
    await billing.process();
    const [waiting] = await billing.inbox();
    assert.deepEqual([waiting?.status, waiting?.waits_for_kind], ["waiting", "subscription"]);
    await billing.deliver(byEvent("subscription_created"));
    await billing.process();
    await billing.deliver(byEvent("order"));
    await billing.process();
    assert.deepEqual(await billing.entitlements(subscriptionId), ["paid"]);
    // What waited was woken at once: no pause had to pass.
    await billing.process();
    assert.deepEqual(
      (await billing.inbox()).map(({ status }) => status),
      ["done", "done", "done"],
    );
  });

  test("without a named checkout is matched by its facts, and only if they fit one checkout", async (context) => {
    const billing = await startBilling(context);
    const strip = () => {
      // A buyer can change the address of the checkout's page, and with it the custom data.
      for (const order of billing.control.state.orders) Object.assign(order, { custom: {} });
      for (const row of billing.control.state.subscriptions) Object.assign(row, { custom: {} });
    };
    const { subscriptionId, intentId } = await billing.buy();
    strip();
    billing.sent.splice(0);
    await billing.reconcile();
    await billing.control.advance(120_000);
    await billing.reconcile();
    assert.equal((await billing.intent(intentId)).status, "paid");
    assert.deepEqual(await billing.entitlements(subscriptionId), ["paid"]);
    // Two open checkouts with the same facts: it is not known which one was paid.
    await billing.openCheckout();
    const second = await billing.buy();
    strip();
    billing.sent.splice(0);
    await billing.control.advance(120_000);
    await billing.reconcile();
    assert.equal((await billing.intent(second.intentId)).status, "open");
    assert.deepEqual(await billing.entitlements(second.subscriptionId), []);
  });

  test("by another buyer, of another amount, or outside of the checkout's time matches no checkout", async (context) => {
    const billing = await startBilling(context);
    const { control } = billing;
    const matched = async (change: Record<string, unknown>) => {
      const { intentId, orderId } = await billing.buy();
      Object.assign(control.state.orders.find(({ id }) => id === orderId) ?? {}, { custom: {}, ...change });
      for (const row of control.state.subscriptions) Object.assign(row, { custom: {} });
      billing.sent.splice(0);
      await control.advance(120_000);
      await billing.reconcile();
      const { status } = await billing.intent(intentId);
      await billing.rows("delete from checkout_intents where id = $1 and status = 'open'", [intentId]).catch(() => undefined);
      return status;
    };
    assert.equal(await matched({}), "paid");
    assert.equal(await matched({ total: 1_249, subtotal: 1_249 }), "open");
    assert.equal(await matched({ createdAt: control.now() - 2 * 3_600_000 }), "open");
  });
});

describe("an order that differs from its checkout", () => {
  for (const [what, purchase, change] of [
    ["amount", {}, { customPrice: 1 }],
    ["variant", {}, { variant: true }],
  ] as const) {
    test(`grants nothing for another ${what}, keeps the reason, and is in the ledger all the same`, async (context) => {
      const billing = await startBilling(context);
      const checkout = await billing.openCheckout(purchase);
      const row = billing.control.state.checkouts.find(({ id }) => id === checkout.checkoutId);
      assert.ok(row);
      if ("customPrice" in change) Object.assign(row, { customPrice: change.customPrice });
      const yearly = billing.catalogue.variants.find((one) => one.storeId === 1 && one.mode === "test" && one.interval === "year");
      if ("variant" in change) Object.assign(row, { variantId: yearly?.id, productOptions: {} });
      await billing.control.pay(checkout.checkoutId, {});
      await billing.catchUp();
      const { status, reason } = await billing.intent(checkout.intentId);
      assert.equal(status, "mismatched");
      assert.match(String(reason), new RegExp(what === "amount" ? "amount before tax 1 instead of 1250" : "variant"));
      assert.deepEqual(await billing.entitlements(checkout.subscriptionId), []);
      assert.notDeepEqual(await billing.ledger(), {});
    });
  }
});

describe("a second payment", () => {
  test("of the same checkout is refunded, and its subscription is cancelled", async (context) => {
    const billing = await startBilling(context);
    const { subscriptionId, checkoutId, intentId, orderId } = await billing.buy();
    await billing.catchUp();
    const second = await billing.control.pay(checkoutId, {});
    await billing.catchUp();
    assert.deepEqual(await billing.intent(intentId), { status: "paid", order_id: String(orderId), reason: null });
    const actions = (await billing.pendingActions()).map(({ duty, resource_id }) => [duty, resource_id]);
    assert.deepEqual(
      actions.sort(),
      [
        ["cancel_subscription", String(second.id)],
        ["refund_order", String(second.orderId)],
      ].sort(),
    );
    await billing.runPendingActions();
    assert.deepEqual(
      (await billing.pendingActions()).map(({ status }) => status),
      ["done", "done"],
    );
    await billing.catchUp();
    const { state } = billing.control;
    assert.equal(state.orders.find(({ id }) => id === second.orderId)?.status, "refunded");
    assert.equal(state.subscriptions.find(({ id }) => id === second.id)?.status, "cancelled");
    assert.equal(state.orders.find(({ id }) => id === orderId)?.status, "paid");
    assert.deepEqual(await billing.entitlements(subscriptionId), ["paid"]);
    assert.equal((await billing.ledger()).provider_receivable, 1_250);
  });

  test("through another checkout of the same subscription is refunded, too", async (context) => {
    const billing = await startBilling(context);
    const { subscriptionId } = await billing.buy();
    await billing.catchUp();
    const second = await billing.buy({ subscriptionId });
    await billing.catchUp();
    assert.equal((await billing.intent(second.intentId)).status, "late");
    const actions = (await billing.pendingActions()).map(({ duty, resource_id }) => `${duty} ${resource_id}`).sort();
    assert.deepEqual(actions, [`cancel_subscription ${second.providerId}`, `refund_order ${second.orderId}`]);
    await billing.runPendingActions();
    await billing.catchUp();
    assert.deepEqual(await billing.entitlements(subscriptionId), ["paid"]);
    assert.equal((await billing.subscription(subscriptionId)).status, "active");
  });

  test("after the first subscription has expired begins it again", async (context) => {
    const billing = await startBilling(context);
    const { subscriptionId, providerId } = await billing.buy();
    await billing.catchUp();
    await billing.provider.cancel(String(providerId), "test");
    await billing.control.advance(32 * DAY_MS);
    await billing.catchUp();
    assert.equal((await billing.subscription(subscriptionId)).status, "expired");
    const second = await billing.buy({ subscriptionId, amount: 2_000n });
    await billing.catchUp();
    const row = await billing.subscription(subscriptionId);
    assert.deepEqual([row.status, row.provider_subscription_id, row.price_wholesale], ["active", String(second.providerId), 2_000n]);
    assert.deepEqual(await billing.pendingActions(), []);
    assert.equal((await billing.entitlements(subscriptionId)).at(-1), "paid");
    // An event of the earlier subscription changes nothing any more.
    await billing.control.change(providerId, { status: "active" });
    await billing.catchUp();
    assert.equal((await billing.subscription(subscriptionId)).provider_subscription_id, String(second.providerId));
  });

  test("after a full refund takes the place of the first one, which is cancelled", async (context) => {
    const billing = await startBilling(context);
    const { subscriptionId, orderId, providerId } = await billing.buy();
    await billing.catchUp();
    await billing.control.refund(orderId);
    await billing.catchUp();
    assert.equal((await billing.entitlements(subscriptionId)).at(-1), "refunded");
    const second = await billing.buy({ subscriptionId });
    await billing.catchUp();
    assert.deepEqual(
      (await billing.pendingActions()).map(({ duty, resource_id }) => [duty, resource_id]),
      [["cancel_subscription", String(providerId)]],
    );
    assert.equal((await billing.subscription(subscriptionId)).provider_subscription_id, String(second.providerId));
    assert.equal((await billing.entitlements(subscriptionId)).at(-1), "paid");
  });
});

describe("what changes later", () => {
  test("a renewal is posted, and the entitlement goes on", async (context) => {
    const billing = await startBilling(context);
    const { subscriptionId } = await billing.buy();
    await billing.catchUp();
    await billing.control.advance(32 * DAY_MS);
    await billing.catchUp();
    assert.equal((await billing.ledger()).provider_receivable, 2_500);
    assert.equal((await billing.entitlements(subscriptionId)).at(-1), "paid");
  });

  test("a refund of a renewal ends the right, a partial refund does not, and another payment brings it back", async (context) => {
    const billing = await startBilling(context);
    const { subscriptionId } = await billing.buy();
    await billing.catchUp();
    await billing.control.advance(32 * DAY_MS);
    await billing.catchUp();
    const renewal = billing.control.state.invoices.at(-1);
    assert.ok(renewal);
    await billing.control.refund(renewal.id, 100);
    await billing.catchUp();
    assert.equal((await billing.entitlements(subscriptionId)).at(-1), "paid");
    await billing.control.refund(renewal.id);
    await billing.catchUp();
    assert.equal((await billing.entitlements(subscriptionId)).at(-1), "refunded");
    await billing.control.advance(31 * DAY_MS);
    await billing.catchUp();
    assert.equal((await billing.entitlements(subscriptionId)).at(-1), "paid");
    assert.equal((await billing.ledger()).provider_receivable, 2_500);
  });

  test("a cancelled subscription runs until the end of its period, and expires then", async (context) => {
    const billing = await startBilling(context);
    const { subscriptionId, providerId } = await billing.buy();
    await billing.catchUp();
    await billing.provider.cancel(String(providerId), "test");
    await billing.catchUp();
    const cancelled = await billing.subscription(subscriptionId);
    assert.deepEqual([cancelled.status, cancelled.cancel_at_period_end], ["cancelled", true]);
    assert.deepEqual(cancelled.current_period_end, cancelled.ends_at);
    await billing.control.advance(32 * DAY_MS);
    await billing.catchUp();
    assert.equal((await billing.subscription(subscriptionId)).status, "expired");
  });

  test("an order of what is paid once begins it without a provider subscription", async (context) => {
    const billing = await startBilling(context);
    const { subscriptionId, orderId } = await billing.buy({ interval: null, amount: 5_000n });
    await billing.catchUp();
    const row = await billing.subscription(subscriptionId);
    assert.deepEqual([row.status, row.provider_order_id, row.provider_subscription_id, row.renews_at], ["active", String(orderId), null, null]);
    await billing.control.refund(orderId);
    await billing.catchUp();
    assert.equal((await billing.entitlements(subscriptionId)).at(-1), "refunded");
  });

  test("a trial grants without money, and its first payment is posted", async (context) => {
    const billing = await startBilling(context);
    const { subscriptionId } = await billing.buy({ hasTrial: true });
    await billing.catchUp();
    assert.deepEqual(await billing.entitlements(subscriptionId), ["trial"]);
    assert.deepEqual(await billing.ledger(), {});
    await billing.control.advance(15 * DAY_MS);
    await billing.catchUp();
    assert.equal((await billing.entitlements(subscriptionId)).at(-1), "paid");
    assert.equal((await billing.ledger()).provider_receivable, 1_250);
  });

  test("a status that this release does not know leaves the last decision in force", async (context) => {
    const billing = await startBilling(context);
    const { subscriptionId, providerId } = await billing.buy();
    await billing.catchUp();
    await billing.control.advance(1_000);
    await billing.control.change(providerId, { status: "frozen" as never });
    await billing.catchUp();
    assert.equal((await billing.subscription(subscriptionId)).status, "active");
    assert.deepEqual(await billing.entitlements(subscriptionId), ["paid"]);
  });

  test("fraud ends the right when reconciliation sees it", async (context) => {
    const billing = await startBilling(context);
    const { subscriptionId, orderId } = await billing.buy();
    await billing.catchUp();
    await billing.control.advance(120_000);
    billing.control.markFraudulent(orderId);
    assert.equal((await billing.reconcile()).drifts, 1);
    assert.equal((await billing.entitlements(subscriptionId)).at(-1), "fraudulent");
    assert.equal((await billing.reconcile()).drifts, 0);
  });
});
