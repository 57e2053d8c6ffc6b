import assert from "node:assert/strict";
import { test } from "node:test";
import { setUp } from "./helpers/set-up.ts";

const pay = (url: string, fields: Record<string, string> = {}) =>
  fetch(url, {
    method: "POST",
    redirect: "manual",
    body: new URLSearchParams({ email: "buyer@example.com", name: "Test Buyer", card: "good", tax: "0", ...fields }),
  });

test("a buyer sees name and price, pays and is redirected, and three signed deliveries are sent", async (context) => {
  const { checkout, url, control, received } = await setUp(context);
  const options = { name: "Booking <b>", redirect_url: "https://app.example.com/back?x=1", enabled_variants: [101] };
  const id = await checkout({
    custom_price: 1_250,
    product_options: options,
    checkout_data: { email: "b@example.com", custom: { checkout_intent_id: "ci_1" } },
  });
  const shown = await (await fetch(`${url}/checkout/${id}`)).text();
  for (const part of ["Booking &lt;b&gt;", "US$12.50", "b@example.com", "Lemon Squeezy mock", "Pay</button>"]) assert.ok(shown.includes(part), part);
  assert.ok(!shown.includes("<script"), "it works without scripts");
  assert.ok(!shown.includes("What to buy"), "no other variant is offered");

  const paid = await pay(`${url}/checkout/${id}`, { tax: "23" });
  assert.deepEqual([paid.status, paid.headers.get("location")], [303, options.redirect_url]);
  await control.whenIdle();
  const names = received.map(({ event }) => event);
  assert.deepEqual(names, ["order_created", "subscription_created", "subscription_payment_success"]);
  assert.ok(received.every(({ isSigned, event, meta }) => isSigned && meta.event_name === event && meta.test_mode === false));
  assert.equal(new Set(received.map(({ meta }) => meta.webhook_id)).size, 3);
  const [order, subscription, invoice] = received;
  assert.deepEqual([order?.meta.custom_data, subscription?.meta.custom_data], [{ checkout_intent_id: "ci_1" }, { checkout_intent_id: "ci_1" }]);
  assert.equal(invoice?.meta.custom_data, undefined);
  assert.deepEqual([order?.data.attributes["subtotal"], order?.data.attributes["tax"], order?.data.attributes["total"]], [1_250, 288, 1_538]);
  assert.equal(String(invoice?.data.attributes["subscription_id"]), subscription?.data.id);
  assert.equal(subscription?.data.attributes["renews_at"], "2026-02-28T12:00:00.000000Z");
});

test("a declined card leaves no order, and another card pays", async (context) => {
  const { checkout, url, control, received } = await setUp(context);
  const address = `${url}/checkout/${await checkout()}`;
  const declined = await pay(address, { card: "declined" });
  assert.equal(declined.status, 402);
  assert.match(await declined.text(), /Your card was declined/);
  await control.whenIdle();
  assert.deepEqual([received.length, control.state.orders.length], [0, 0]);
  assert.equal((await pay(address)).status, 200);
  await control.whenIdle();
  assert.equal(received.length, 3);
});

test("a checkout can be paid before it expires, and not afterwards", async (context) => {
  const { checkout, url, control } = await setUp(context);
  const address = `${url}/checkout/${await checkout({ expires_at: "2026-01-31T12:30:00Z" })}`;
  assert.equal((await fetch(address)).status, 200);
  await control.advance(30 * 60_000);
  assert.deepEqual([(await fetch(address)).status, (await pay(address)).status, control.state.orders.length], [410, 402, 0]);
  assert.equal((await fetch(`${url}/checkout/none`)).status, 404);
});

test("a checkout offers every variant at its own price, or only those in its list", async (context) => {
  const { checkout, url, control } = await setUp(context);
  const open = await checkout({ custom_price: 100 });
  assert.match(await (await fetch(`${url}/checkout/${open}`)).text(), /What to buy/);
  await pay(`${url}/checkout/${open}`, { variant: "102" });
  assert.deepEqual(
    control.state.subscriptions.map(({ price, variantId }) => [price, variantId]),
    [[10_000, 102]],
  );
  const closed = await checkout({ custom_price: 100, product_options: { enabled_variants: [101] } });
  assert.equal((await pay(`${url}/checkout/${closed}`, { variant: "102" })).status, 402);
  await pay(`${url}/checkout/${closed}`);
  assert.equal(control.state.subscriptions[1]?.price, 100);
});

test("custom data in the URL comes from the buyer, and replaces the checkout's", async (context) => {
  const { checkout, url, control, received } = await setUp(context);
  const id = await checkout({ checkout_data: { custom: { checkout_intent_id: "ci_1" } } });
  await pay(`${url}/checkout/${id}?checkout[custom][checkout_intent_id]=ci_stolen`);
  await control.whenIdle();
  assert.equal(received[0]?.meta.custom_data?.["checkout_intent_id"], "ci_stolen");
});

test("a trial is free, and is charged when it ends", async (context) => {
  const { checkout, control, events } = await setUp(context);
  const { id } = await control.pay(await checkout({}, "103"));
  assert.deepEqual(events(), ["order_created", "subscription_created"]);
  assert.equal(control.state.orders[0]?.total, 0);
  await control.advance(14 * 86_400_000);
  assert.deepEqual(events(), ["subscription_payment_success", "subscription_updated"]);
  assert.deepEqual(
    control.state.subscriptions.map((row) => [row.id, row.status]),
    [[id, "active"]],
  );
});

test("a variant that is paid once creates only an order, and no subscription can change to it", async (context) => {
  const { checkout, control, events, call, url } = await setUp(context);
  const id = await checkout({ custom_price: 9_900 }, "104");
  await assert.rejects(control.pay(id), /no subscription follows/);
  assert.match(await (await fetch(`${url}/checkout/${id}`)).text(), /once, before tax/);
  const { id: order, total } = await control.payOnce(id, { taxRate: 23 });
  assert.deepEqual([events(), total, control.state.subscriptions.length], [["order_created"], 12_177, 0]);
  await control.advance(400 * 86_400_000);
  assert.deepEqual(events(), []);
  assert.equal((await call("POST", `/orders/${order}/refund`, { type: "orders", id: String(order), attributes: { amount: 100 } })).status, 200);
  await control.whenIdle();
  assert.deepEqual(events(), ["order_refunded"]);

  const { id: subscription } = await control.pay(await checkout());
  const refused = await call("PATCH", `/subscriptions/${subscription}`, { type: "subscriptions", id: String(subscription), attributes: { variant_id: 104 } });
  assert.deepEqual([refused.status, refused.body.errors?.[0]?.detail], [422, "A subscription cannot change to a variant that is paid once."]);
  await assert.rejects(control.payOnce(await checkout()), /It renews/);
});
