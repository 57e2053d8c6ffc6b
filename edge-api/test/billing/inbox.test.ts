import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { DAY_MS, type InProcessBilling, startBilling } from "./in-process-billing.ts";

/** Seconds until each delivery is tried again. */
async function pauses(billing: InProcessBilling): Promise<number[]> {
  const rows = await billing.rows<{ at: Date }>("select next_attempt_at as at from webhook_inbox where status in ('pending', 'waiting')");
  return rows.map(({ at }) => Math.round((at.getTime() - billing.control.now()) / 1_000));
}

describe("a delivery that cannot be finished", () => {
  test("is tried again after growing pauses, and is dead after eight attempts", async (context) => {
    const billing = await startBilling(context);
    await billing.buy();
    billing.control.failApi({ kind: "status", status: 503 });
    const invoice = billing.sent.splice(0).filter(({ event }) => event === "subscription_payment_success");
    assert.equal(invoice.length, 1);
    await billing.deliver(invoice);
    for (const seconds of [5, 30, 300, 1_800, 7_200, 21_600, 43_200]) {
      await billing.process();
      assert.deepEqual(await pauses(billing), [seconds]);
      await billing.control.advance(seconds * 1_000 - 1_000);
      assert.equal(await billing.process(), 0, "too early");
      await billing.control.advance(1_000);
    }
    await billing.process();
    const [row] = await billing.inbox();
    assert.deepEqual([row?.status, row?.attempts, row?.waits_for_kind], ["dead", 8, "subscription"]);
    assert.equal(billing.counts.read().dead, 1);
    await billing.control.advance(DAY_MS);
    assert.equal(await billing.process(), 0);
  });

  test("is woken by the resource that it waits for, and by no other", async (context) => {
    const billing = await startBilling(context);
    const [one, other] = [await billing.buy(), await billing.buy()];
    billing.control.failApi({ kind: "status", status: 503 });
    const deliveries = billing.sent.splice(0);
    const of = (event: string, id: number) =>
      deliveries.filter((delivery) => {
        const { data } = JSON.parse(delivery.raw.toString()) as { data: { id: string; attributes: { subscription_id?: number } } };
        return delivery.event === event && (data.id === String(id) || data.attributes.subscription_id === id);
      });
    await billing.deliver([...of("subscription_payment_success", one.providerId), ...of("subscription_payment_success", other.providerId)]);
    await billing.process();
    await billing.deliver([...of("order_created", other.orderId), ...of("subscription_created", other.providerId)]);
    await billing.process();
    const statuses = (await billing.inbox()).filter(({ event_name }) => event_name === "subscription_payment_success").map(({ status }) => status);
    assert.deepEqual(statuses.sort(), ["done", "waiting"]);
    assert.deepEqual(await billing.entitlements(other.subscriptionId), ["paid"]);
    assert.deepEqual(await billing.entitlements(one.subscriptionId), []);
  });

  test("is fetched with its parents as soon as the provider can be asked", async (context) => {
    const billing = await startBilling(context);
    const { subscriptionId } = await billing.buy();
    await billing.deliver(billing.sent.splice(0).filter(({ event }) => event === "subscription_payment_success"));
    await billing.process();
    assert.deepEqual(
      (await billing.inbox()).map(({ status }) => status),
      ["done"],
    );
    assert.deepEqual(await billing.entitlements(subscriptionId), ["paid"]);
  });
});

describe("the checkout that an order's delivery names", () => {
  test("takes effect even if the order was learnt of before, through its invoice", async (context) => {
    const billing = await startBilling(context);
    const { subscriptionId, intentId } = await billing.buy({ buyerEmail: "another@example.com" });
    const deliveries = billing.sent.splice(0);
    await billing.deliver(deliveries.filter(({ event }) => event === "subscription_payment_success"));
    await billing.process();
    assert.deepEqual(await billing.entitlements(subscriptionId), []);
    await billing.deliver(deliveries.filter(({ event }) => event === "order_created"));
    await billing.process();
    assert.equal((await billing.intent(intentId)).status, "paid");
    assert.deepEqual(await billing.entitlements(subscriptionId), ["paid"]);
    assert.equal((await billing.ledger()).provider_receivable, 1_250);
  });
});

describe("several workers", () => {
  test("process each delivery once", async (context) => {
    const billing = await startBilling(context);
    for (let count = 0; count < 4; count++) await billing.buy();
    await billing.deliver();
    const done = await Promise.all([billing.process(), billing.process(), billing.process()]);
    assert.ok(done.reduce((sum, one) => sum + one, 0) >= 4);
    assert.equal(billing.counts.read().done, 12);
    assert.deepEqual(new Set((await billing.inbox()).map(({ status }) => status)), new Set(["done"]));
    assert.equal((await billing.ledger()).provider_receivable, 4 * 1_250);
  });

  test("leave a claimed delivery alone for two minutes, and take it over then", async (context) => {
    const billing = await startBilling(context);
    const { subscriptionId } = await billing.buy();
    await billing.deliver();
    const now = billing.control.now();
    await billing.rows("update webhook_inbox set attempts = 1, next_attempt_at = to_timestamp($1)", [(now + 120_000) / 1_000]);
    assert.equal(await billing.process(), 0);
    await billing.control.advance(121_000);
    await billing.process();
    assert.deepEqual(await billing.entitlements(subscriptionId), ["paid"]);
  });
});

describe("deliveries that are not for this deployment", () => {
  test("of live mode or of another store are stored, and have no effect", async (context) => {
    const billing = await startBilling(context);
    for (const mode of ["live", "test"] as const) {
      const storeId = mode === "live" ? 1 : 2;
      const variant = billing.catalogue.variants.find((one) => one.storeId === storeId && one.mode === mode && one.interval === "month" && !one.trialDays);
      const answer = await fetch(`${billing.url}/v1/checkouts`, {
        method: "POST",
        headers: { authorization: `Bearer ${billing.apiKeys[mode]}`, "content-type": "application/vnd.api+json", accept: "application/vnd.api+json" },
        body: JSON.stringify({
          data: {
            type: "checkouts",
            attributes: { custom_price: 1_250 },
            relationships: {
              store: { data: { type: "stores", id: String(storeId) } },
              variant: { data: { type: "variants", id: String(variant?.id) } },
            },
          },
        }),
      });
      const { data } = (await answer.json()) as { data: { id: string } };
      await billing.control.pay(data.id, {});
    }
    await billing.catchUp();
    const inbox = await billing.inbox();
    assert.equal(inbox.length, 6);
    assert.deepEqual(new Set(inbox.map(({ status }) => status)), new Set(["ignored"]));
    assert.deepEqual(await billing.ledger(), {});
  });
});
