import assert from "node:assert/strict";
import { createHmac, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Subscription } from "@dramac/lemon-squeezy-mock";
import { configure, type LogRecord, reset } from "@logtape/logtape";
import { dialPort } from "../../src/index.ts";
import { deadDelivery, SECRET } from "../management/lemon-squeezy-mock.ts";
import { type BillingHarness, startBillingHarness } from "./billing-harness.ts";

/* Every code of the table in docs/billing-operations.md is brought about, and must be logged at the level that it is listed with. */
const ROOT = new URL("../../..", import.meta.url).pathname;
const LISTED = new Map(
  [...readFileSync(join(ROOT, "docs/billing-operations.md"), "utf8").matchAll(/^\| `(BILLING_\w+)` (error|warning) \|/gm)].map(([, code, level]) => [
    code,
    level,
  ]),
);

const logged: LogRecord[] = [];
const textOf = ({ message }: LogRecord) => message.map(String).join("");
let at: BillingHarness;
before(async () => {
  await configure({
    sinks: { memory: (record) => logged.push(record) },
    loggers: [{ category: ["dramac", "billing"], sinks: ["memory"], lowestLevel: "debug" }],
  });
  at = await startBillingHarness();
});
after(async () => {
  await at?.close();
  await reset();
});

/** Polls for ten seconds: regular work looks every five. */
async function isLogged(code: string, about: string | number): Promise<void> {
  const end = Date.now() + 10_000;
  const isIt = (record: LogRecord) => textOf(record).startsWith(`${code}: `) && textOf(record).includes(String(about)) && record.level === LISTED.get(code);
  while (!logged.some(isIt)) {
    assert.ok(
      Date.now() < end,
      `${code} about ${about}, of level ${LISTED.get(code)}, is not among: ${logged.map((one) => `${one.level} ${textOf(one)}`).join("\n")}`,
    );
    await sleep(25);
  }
  seen.add(code);
}
const seen = new Set<string>();

async function deliver(body: string): Promise<number> {
  const signature = createHmac("sha256", SECRET).update(body).digest("hex");
  const headers = { "content-type": "application/json", "x-signature": signature, "x-event-name": "order_created" };
  return (await dialPort(at.platform.port, "/api/webhooks/lemonsqueezy", { method: "POST", headers, body })).status;
}

/** Opens a checkout that the platform does not know, as any holder of the store's key could. */
async function strangeCheckout(custom: Record<string, string>): Promise<string> {
  const relationships = { store: { data: { type: "stores", id: "1" } }, variant: { data: { type: "variants", id: "151" } } };
  const answer = await fetch(`${at.mock.url}/v1/checkouts`, {
    method: "POST",
    headers: { authorization: `Bearer ${at.mock.apiKeys.test}`, "content-type": "application/vnd.api+json" },
    body: JSON.stringify({ data: { type: "checkouts", attributes: { custom_price: 100, checkout_data: { custom } }, relationships } }),
  });
  return ((await answer.json()) as { data: { id: string } }).data.id;
}
async function paid(slug: string) {
  const { subscriptionId } = await at.sell(slug);
  const checkout = await at.checkout(subscriptionId);
  const subscription = await at.pay(checkout);
  await at.drainInbox();
  return { subscriptionId, checkout, ...subscription };
}

test("deliveries for another store or mode, or unreadable ones", async () => {
  assert.equal(await deliver("{}"), 400);
  await isLogged("BILLING_DELIVERY_UNREADABLE", "cannot be read as a delivery");
  const foreign = { meta: { event_name: "order_created" }, data: { type: "orders", id: "77", attributes: { store_id: 9, test_mode: true } } };
  assert.equal(await deliver(JSON.stringify(foreign)), 200);
  await isLogged("BILLING_DELIVERY_IGNORED", "77");
});

test("a delivery that is given up after eight attempts", async () => {
  const id = await deadDelivery(at.platform);
  await at.rows(`update webhook_inbox set status = 'pending', attempts = 7, next_attempt_at = to_timestamp(0) where id = '${id}'`);
  await isLogged("BILLING_DEAD_LETTER", id);
});

test("payments that match no checkout, another one, or a paid one", async () => {
  const stranger = await at.mock.control.pay(await strangeCheckout({}));
  await isLogged("BILLING_ORDER_UNMATCHED", stranger.orderId);
  await isLogged("BILLING_SUBSCRIPTION_UNMATCHED", stranger.id);

  const { subscriptionId } = await at.sell("cheaper");
  const { id: intent } = await at.checkout(subscriptionId);
  const cheap = await at.mock.control.pay(await strangeCheckout({ checkout_intent_id: intent }));
  await isLogged("BILLING_ORDER_MISMATCHED", cheap.orderId);
  await at.drainInbox();
  assert.equal((await at.entitlement(subscriptionId)).isAllowed, false);

  const twice = await paid("twice-paid");
  const second = await at.pay(twice.checkout);
  await isLogged("BILLING_PAID_TWICE", second.orderId);
});

test("an unknown status, and a second subscription of one order", async () => {
  const odd = await paid("odd");
  await at.mock.control.change(odd.id, { status: "dormant", updatedAt: at.mock.control.now() + 1_000 } as Partial<Subscription>);
  await isLogged("BILLING_STATUS_UNKNOWN", odd.id);

  const { id } = await paid("doubled");
  const subscriptions = at.mock.control.state.subscriptions as Subscription[];
  const one = subscriptions.find((row) => row.id === id) as Subscription;
  const twin = { ...one, id: 900_001 };
  subscriptions.push(twin);
  await at.mock.control.change(twin.id, {});
  await isLogged("BILLING_SUBSCRIPTION_TWICE", twin.id);
});

test("a payment with inconsistent amounts grants, and is in no ledger", async () => {
  const { subscriptionId } = await at.sell("unposted");
  at.mock.control.failWebhooks({ kind: "hold" });
  const { orderId } = await at.pay(await at.checkout(subscriptionId));
  const order = at.mock.control.state.orders.find((row) => row.id === orderId);
  Object.assign(order as object, { total: 500, tax: -500 });
  await at.mock.control.heal();
  await isLogged("BILLING_NOT_POSTED", orderId);
  await at.drainInbox();
  assert.equal((await at.entitlement(subscriptionId)).reason, "paid");
});

test("refused provider actions, changes without a delivery, and failing work", async () => {
  const { id } = await paid("silent");
  await at.rows(
    `insert into billing_duties (provider, mode, duty, resource_id, reason, next_attempt_at) values ('lemonsqueezy', 'test', 'cancel_subscription', '4040404', 'made up', to_timestamp(0))`,
  );
  const row = at.mock.control.state.subscriptions.find((one) => one.id === id);
  await at.mock.control.change(id, { status: "paused", pause: { mode: "free", resumesAt: null }, updatedAt: (row?.updatedAt ?? 0) + 1_000 }, true);
  await at.advance(16 * 60_000);
  await isLogged("BILLING_DUTY_DEAD", "4040404");
  await isLogged("BILLING_DRIFT", id);
  at.mock.control.failApi({ kind: "status", status: 400, path: "/v1/orders" });
  // A reconciliation that still runs says only at its end when the next one is.
  await sleep(1_000);
  await at.advance(16 * 60_000);
  await isLogged("BILLING_WORK_FAILED", "reconciliation of the last hour");
  await at.mock.control.heal();
});

test("the documentation lists exactly these alerts", () => {
  assert.deepEqual([...seen].sort(), [...LISTED.keys()].sort());
  const codes = new Set(logged.flatMap((record) => /^(BILLING_\w+):/.exec(textOf(record))?.[1] ?? []));
  assert.deepEqual(
    [...codes].filter((code) => !LISTED.has(code)),
    [],
  );
});

test("metrics report the inbox and the pending provider actions from the database, the same on all nodes", async () => {
  await sleep(5_100);
  const { body } = await dialPort(at.platform.port + 2, "/metrics");
  const of = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, "m").exec(body)?.[1]);
  const [truth] = await at.rows(
    `select (select count(*)::int from webhook_inbox where status = 'dead') as dead, (select count(*)::int from billing_duties where status = 'dead') as "deadActions"`,
  );
  assert.deepEqual([of('dramac_billing_inbox\\{status="dead"\\}'), of('dramac_billing_duties\\{status="dead"\\}')], [truth?.dead, truth?.deadActions]);
  assert.ok((truth?.dead as number) >= 1 && (truth?.deadActions as number) >= 1);
  assert.ok(of('dramac_billing_deliveries_total\\{outcome="done"\\}') > 10 && of('dramac_billing_deliveries_total\\{outcome="dead"\\}') >= 1, body);
  assert.ok(of("dramac_billing_drifts_total") >= 1);
  const since = of("dramac_billing_reconciled_seconds_ago");
  assert.ok(since > 15 * 60 && since < 18 * 60, `the last one failed, and the one before was a quarter of an hour ago: ${since}`);
  assert.deepEqual([of("dramac_billing_figures_read"), of("dramac_billing_inbox_oldest_due_seconds")], [1, 0]);

  await at.rows(`insert into webhook_inbox (store, mode, event_name, resource_type, resource_id, dedupe_sha256, raw_body, status, next_attempt_at)
    values ('1', 'test', 'x', 'subscription', 'locked', '\\x${randomBytes(32).toString("hex")}', '', 'dead', now())`);
  const again = (await dialPort(at.platform.port + 2, "/metrics")).body;
  assert.match(again, new RegExp(`^dramac_billing_inbox\\{status="dead"\\} ${truth?.dead}$`, "m"), "asked for twice in five seconds, read once");
});
