import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DAY_MS, startBilling } from "./in-process-billing.ts";

describe("reconciliation", () => {
  test("takes over what no delivery told, records each difference, and finds none the second time", async (context) => {
    const billing = await startBilling(context);
    const { subscriptionId } = await billing.buy({ buyerEmail: "owner@example.com" });
    billing.sent.splice(0);
    await billing.control.advance(120_000);
    const progress: number[] = [];
    const first = await billing.reconcile({ onProgress: ({ checked }) => progress.push(checked) });
    assert.deepEqual([first.checked, first.drifts, first.errors], [3, 3, []]);
    assert.deepEqual(progress, [1, 2, 3]);
    assert.deepEqual(await billing.entitlements(subscriptionId), ["paid"]);
    assert.equal((await billing.ledger()).provider_receivable, 1_250);
    const audits = await billing.rows<{ kind: string }>("select subject_kind as kind from audit_log where action = 'billing.drift'");
    assert.deepEqual(audits.map(({ kind }) => kind).sort(), ["invoice", "order", "subscription"]);
    assert.equal(billing.counts.read().drifts, 3);
    assert.deepEqual(await billing.reconcile(), { checked: 3, drifts: 0, errors: [] });
  });

  test("leaves a new resource alone whose delivery may still be under way", async (context) => {
    const billing = await startBilling(context);
    const { subscriptionId } = await billing.buy();
    assert.equal((await billing.reconcile()).drifts, 0);
    assert.deepEqual(await billing.entitlements(subscriptionId), []);
    await billing.catchUp();
    assert.deepEqual(await billing.entitlements(subscriptionId), ["paid"]);
  });

  test("since a moment looks at what was created after it, and at subscriptions that are overdue", async (context) => {
    const billing = await startBilling(context);
    const old = await billing.buy();
    await billing.catchUp();
    await billing.control.advance(32 * DAY_MS);
    billing.sent.splice(0);
    const since = new Date(billing.control.now() - 3_600_000);
    const quiet = await billing.buy();
    billing.sent.splice(0);
    await billing.control.advance(120_000);
    const { checked, drifts, errors } = await billing.reconcile({ since });
    assert.deepEqual(errors, []);
    // The new order, subscription and invoice, and the old subscription, which should have been renewed.
    assert.deepEqual([checked, drifts], [4, 4]);
    assert.deepEqual(await billing.entitlements(quiet.subscriptionId), ["paid"]);
    assert.ok(((await billing.subscription(old.subscriptionId)).renews_at as Date).getTime() > billing.control.now());
  });

  test("asks for a cancelled subscription after its end, and not before", async (context) => {
    const billing = await startBilling(context);
    const { subscriptionId, providerId } = await billing.buy();
    await billing.catchUp();
    await billing.provider.cancel(String(providerId), "test");
    await billing.catchUp();
    const since = () => new Date(billing.control.now());
    await billing.control.advance(10 * DAY_MS);
    assert.equal((await billing.reconcile({ since: since() })).checked, 0);
    await billing.control.advance(25 * DAY_MS);
    billing.sent.splice(0);
    assert.deepEqual(await billing.reconcile({ since: since() }), { checked: 1, drifts: 1, errors: [] });
    assert.equal((await billing.subscription(subscriptionId)).status, "expired");
  });

  test("stops when it is asked to", async (context) => {
    const billing = await startBilling(context);
    await billing.buy();
    billing.sent.splice(0);
    await billing.control.advance(120_000);
    assert.equal((await billing.reconcile({ shouldStop: () => true })).checked, 0);
  });

  test("names what could not be reconciled, and goes on with the rest", async (context) => {
    const billing = await startBilling(context);
    const { orderId } = await billing.buy();
    billing.sent.splice(0);
    await billing.control.advance(120_000);
    const { state } = billing.control;
    (state.orders as unknown[]).splice(0);
    const { checked, drifts, errors } = await billing.reconcile();
    assert.deepEqual([checked, drifts], [2, 1]);
    assert.match(errors.join("\n"), new RegExp(`order ${orderId} is not known yet`));
  });
});

describe("pending actions", () => {
  const seedAction = async (billing: Awaited<ReturnType<typeof startBilling>>, action: string, id: string) =>
    billing.rows(
      `insert into billing_duties (provider, mode, duty, resource_id, reason, next_attempt_at, created_at)
       values ('lemonsqueezy', 'test', '${action}', '${id}', 'test', to_timestamp(${billing.control.now() / 1_000}), now())`,
    );

  test("are tried again after growing pauses while the provider is unavailable, and are done once it is back", async (context) => {
    const billing = await startBilling(context);
    const { providerId } = await billing.buy();
    await seedAction(billing, "cancel_subscription", String(providerId));
    billing.control.failApi({ kind: "status", status: 503 });
    for (const seconds of [60, 120]) {
      assert.equal(await billing.runPendingActions(), 1);
      const [row] = await billing.rows<{ at: Date; status: string }>("select next_attempt_at as at, status from billing_duties");
      assert.equal(row?.status, "pending");
      const pause = ((row?.at.getTime() ?? 0) - billing.control.now()) / 1_000;
      assert.ok(pause > seconds - 30 && pause <= seconds, `${pause}`);
      assert.equal(await billing.runPendingActions(), 0);
      await billing.control.advance(seconds * 1_000);
    }
    await billing.control.heal();
    await billing.runPendingActions();
    assert.equal((await billing.pendingActions())[0]?.status, "done");
    assert.equal(billing.control.state.subscriptions[0]?.status, "cancelled");
  });

  test("are dead at once when the provider refuses them, and after eight attempts", async (context) => {
    const billing = await startBilling(context);
    await seedAction(billing, "refund_order", "999999");
    await billing.runPendingActions();
    assert.equal((await billing.pendingActions())[0]?.status, "dead");
    const { orderId } = await billing.buy();
    await seedAction(billing, "refund_order", String(orderId));
    billing.control.failApi({ kind: "status", status: 503 });
    await billing.rows("update billing_duties set attempts = 6 where status = 'pending'");
    await billing.runPendingActions();
    assert.deepEqual((await billing.pendingActions()).map(({ status }) => status).sort(), ["dead", "pending"]);
    await billing.control.advance(2 * DAY_MS);
    await billing.runPendingActions();
    assert.deepEqual(
      (await billing.pendingActions()).map(({ status }) => status),
      ["dead", "dead"],
    );
    assert.equal(billing.control.state.orders.find(({ id }) => id === orderId)?.status, "paid");
  });

  test("stop between two actions when they are asked to", async (context) => {
    const billing = await startBilling(context);
    await seedAction(billing, "refund_order", "1");
    assert.equal(await billing.runPendingActions(() => true), 0);
    assert.equal((await billing.pendingActions())[0]?.status, "pending");
  });
});
