import assert from "node:assert/strict";
import { test } from "node:test";
import { DAY_MS, setUp } from "./helpers/set-up.ts";

test("a subscription renews on its day each month, and on the last day of a shorter month", async (context) => {
  const { checkout, control, events } = await setUp(context);
  await control.pay(await checkout({ custom_price: 777 }));
  events();
  const renewed: (number | undefined)[] = [];
  for (const day of ["2026-02-28", "2026-03-31", "2026-04-30"]) {
    await control.advanceTo(new Date(`${day}T11:59:59Z`));
    assert.deepEqual(events(), [], day);
    await control.advanceTo(new Date(`${day}T12:00:00Z`));
    assert.deepEqual(events(), ["subscription_payment_success", "subscription_updated"], day);
    renewed.push(control.state.invoices.at(-1)?.total);
  }
  assert.deepEqual(renewed, [777, 777, 777]);
});

test("a card that fails is tried four times over two weeks, then the subscription is unpaid; another card recovers it", async (context) => {
  const { checkout, control, events, received } = await setUp(context);
  const { id } = await control.pay(await checkout(), { card: "fails_later" });
  const status = () => control.state.subscriptions[0]?.status;
  events();
  await control.advanceTo(new Date("2026-02-28T12:00:00Z"));
  assert.deepEqual([status(), ...events()], ["past_due", "subscription_payment_failed", "subscription_updated"]);
  for (const [days, expected] of [
    [3, "past_due"],
    [3, "past_due"],
    [4, "past_due"],
    [4, "unpaid"],
  ] as const) {
    await control.advance(days * DAY_MS);
    assert.deepEqual([status(), ...events()], [expected, "subscription_payment_failed", "subscription_updated"]);
  }
  await control.advance(60 * DAY_MS);
  assert.deepEqual([status(), ...events()], ["unpaid"]);
  await control.useCard(id, "good");
  const ids = received.slice(0, 2).map(({ data }) => data.id);
  assert.deepEqual([status(), ...events()], ["active", "subscription_payment_success", "subscription_payment_recovered", "subscription_updated"]);
  assert.equal(ids[0], ids[1], "both events are about one invoice");
  assert.ok((control.state.subscriptions[0]?.renewsAt ?? 0) > control.now());
});

test("a cancelled subscription expires at its end and is not charged again; resumed in time it continues", async (context) => {
  const { checkout, control, events, call } = await setUp(context);
  const { id } = await control.pay(await checkout());
  events();
  await call("DELETE", `/subscriptions/${id}`);
  await call("DELETE", `/subscriptions/${id}`);
  await control.whenIdle();
  assert.deepEqual(events(), ["subscription_cancelled", "subscription_updated"]);
  const change = (attributes: object) => call("PATCH", `/subscriptions/${id}`, { type: "subscriptions", id: String(id), attributes });
  assert.equal((await change({ cancelled: false })).status, 200);
  await control.whenIdle();
  assert.deepEqual(events(), ["subscription_resumed", "subscription_updated"]);
  await change({ cancelled: true });
  await control.advance(400 * DAY_MS);
  assert.deepEqual(events(), ["subscription_cancelled", "subscription_updated", "subscription_expired", "subscription_updated"]);
  const refused = await change({ cancelled: false });
  assert.deepEqual([refused.status, control.state.invoices.length], [422, 1]);
});

test("a paused subscription is not charged, and resumes on its date", async (context) => {
  const { checkout, control, events, call } = await setUp(context);
  const { id } = await control.pay(await checkout());
  events();
  await call("PATCH", `/subscriptions/${id}`, { attributes: { pause: { mode: "void", resumes_at: "2026-03-15T00:00:00Z" } } });
  await control.advanceTo(new Date("2026-03-14T00:00:00Z"));
  assert.deepEqual(events(), ["subscription_paused", "subscription_updated", "subscription_updated"]);
  await control.advanceTo(new Date("2026-03-31T12:00:00Z"));
  assert.deepEqual(events(), ["subscription_unpaused", "subscription_updated", "subscription_payment_success", "subscription_updated"]);
  assert.equal(control.state.invoices.length, 2);
});

test("a refund of the order also refunds its first invoice, and sends a delivery for each", async (context) => {
  const { checkout, control, received, events, call } = await setUp(context);
  const { orderId } = await control.pay(await checkout());
  events();
  assert.equal((await call("POST", `/orders/${orderId}/refund`, { attributes: { amount: 250 } })).status, 200);
  await control.whenIdle();
  const [order, invoice] = received;
  assert.deepEqual([order?.event, invoice?.event], ["order_refunded", "subscription_payment_refunded"]);
  assert.deepEqual(
    [order?.data.attributes["status"], order?.data.attributes["refunded_amount"], order?.data.attributes["refunded"]],
    ["partial_refund", 250, false],
  );
  assert.equal(invoice?.data.attributes["refunded_amount"], 250);
  assert.equal((await call("POST", `/orders/${orderId}/refund`, { attributes: { amount: 751 } })).status, 422);
  assert.equal((await call("POST", `/orders/${orderId}/refund`, { attributes: {} })).status, 200);
  assert.deepEqual([control.state.orders[0]?.status, control.state.invoices[0]?.refundedAmount], ["refunded", 1_000]);
});

test("the portal cancels, resumes and changes the card, with links that expire after a day", async (context) => {
  const { checkout, control, call, events } = await setUp(context);
  const { id } = await control.pay(await checkout(), { card: "fails_later" });
  const linksOf = async () => ((await call("GET", `/subscriptions/${id}`)).body.data as { attributes: { urls: Record<string, string> } }).attributes.urls;
  const links = await linksOf();
  const portal = links["customer_portal"] ?? "";
  assert.match(await (await fetch(portal)).text(), /Cancel<\/button>/);
  assert.equal((await fetch(portal.replace(/signature=\w{4}/, "signature=0000"))).status, 403);
  const press = (action: string) => fetch(portal, { method: "POST", body: new URLSearchParams({ id: String(id), do: action }), redirect: "manual" });
  await press("cancel");
  assert.equal(control.state.subscriptions[0]?.status, "cancelled");
  await press("resume");
  assert.equal(control.state.subscriptions[0]?.status, "active");
  await fetch(links["update_payment_method"] ?? "", { method: "POST", body: new URLSearchParams({ card: "good" }), redirect: "manual" });
  assert.equal(control.state.subscriptions[0]?.card, "good");
  await control.advance(DAY_MS + 1_000);
  assert.equal((await fetch(portal)).status, 403);
  assert.equal((await press("cancel")).status, 403);
  assert.equal((await fetch((await linksOf())["customer_portal"] ?? "")).status, 200);
  assert.ok(events().length > 0);
});
