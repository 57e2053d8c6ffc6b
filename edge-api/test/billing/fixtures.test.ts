import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { sign } from "@dramac/lemon-squeezy-mock";
import { parseInvoice, parseOrder, parseSubscription } from "../../src/billing/lemonsqueezy/parse-resources.ts";

const FOLDER = new URL("fixtures/", import.meta.url);
const read = (name: string) => readFileSync(new URL(name, FOLDER), "utf8");
const dataOf = (name: string) => (JSON.parse(read(name)) as { data: { type: string; attributes: object } }).data;
const PARSERS = { orders: parseOrder, subscriptions: parseSubscription, "subscription-invoices": parseInvoice };

test("every captured delivery can be parsed", () => {
  const names = readdirSync(FOLDER).filter((name) => name.endsWith(".json"));
  assert.equal(names.length, 12);
  for (const name of names) {
    const data = dataOf(name);
    const parsed = PARSERS[data.type as keyof typeof PARSERS](data);
    assert.match(parsed.id, /^\d+$/, name);
    assert.match(parsed.storeId, /^\d+$/, name);
    assert.match(parsed.updatedAt, /^20\d\d-.*\.000Z$/, name);
    assert.notEqual(parsed.status, "unknown", name);
  }
});

test("the mock signs like the captured deliveries", () => {
  const rows = [...read("SOURCES.md").matchAll(/^\| (\w+\.json) \|.*`([0-9a-f]{64})` \|$/gm)];
  assert.equal(rows.length, 11);
  for (const [, name = "", signature] of rows) assert.equal(sign(read(name), "ls_test_secret_do_not_use_in_prod"), signature, name);
});

test("a subscription has the fields that access depends on", () => {
  const paused = parseSubscription(dataOf("subscription_paused_void.json"));
  assert.deepEqual([paused.status, paused.pause?.mode, paused.mode], ["paused", "void", "test"]);
  const cancelled = parseSubscription(dataOf("subscription_cancelled.json"));
  assert.deepEqual([cancelled.status, cancelled.endsAt], ["cancelled", "2025-12-27T21:34:04.000Z"]);
  const trial = parseSubscription(dataOf("subscription_created_on_trial.json"));
  assert.deepEqual([trial.status, trial.mode, trial.pause, trial.endsAt], ["on_trial", "live", null, null]);
});

test("an order and an invoice have their amounts in whole cents", () => {
  const refunded = parseOrder(dataOf("order_refunded_partial.json"));
  assert.deepEqual([refunded.total, refunded.refunded, refunded.status, refunded.variantId], [5_899n, 1_000n, "partial_refund", "1"]);
  const order = parseOrder(dataOf("order_created.json"));
  assert.deepEqual([order.refunded, order.status, order.number], [0n, "paid", "1"]);
  const failed = parseInvoice(dataOf("subscription_payment_failed.json"));
  assert.deepEqual([failed.subscriptionId, failed.reason, failed.status, failed.total], ["1674641", "renewal", "pending", 999n]);
});

test("an unknown status is parsed as unknown, and an unknown mode of pausing as void", () => {
  const data = dataOf("subscription_created_real.json");
  const altered = (attributes: object) => ({ ...data, attributes: { ...data.attributes, ...attributes } });
  assert.equal(parseSubscription(altered({ status: "pause" })).status, "unknown");
  assert.equal(parseSubscription(altered({ status: "frozen" })).status, "unknown");
  assert.equal(parseSubscription(altered({ pause: { mode: "half" } })).pause?.mode, "void");
  const order = dataOf("order_created.json");
  const orderWith = (attributes: object) => parseOrder({ ...order, attributes: { ...order.attributes, ...attributes } });
  assert.equal(orderWith({ status: "fraudulent" }).status, "fraudulent");
  assert.equal(orderWith({ status: "disputed" }).status, "unknown");
  // The API shows a partial refund as paid.
  assert.equal(orderWith({ status: "paid", refunded_amount: 100 }).status, "partial_refund");
  assert.equal(orderWith({ refunded: true, subtotal_usd: 58.99 }).refunded, 5_899n);
});

test("a resource without an amount, a moment or its type is rejected", () => {
  const order = dataOf("order_created.json");
  for (const attributes of [{ total: 1.5 }, { total: null }, { updated_at: "yesterday" }, { store_id: null }, { test_mode: null }, { currency: 7 }]) {
    assert.throws(() => parseOrder({ ...order, attributes: { ...order.attributes, ...attributes } }), { name: "ZodError" }, JSON.stringify(attributes));
  }
  assert.throws(() => parseSubscription(order), { name: "ZodError" });
});
