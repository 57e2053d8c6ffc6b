import assert from "node:assert/strict";
import { test } from "node:test";
import type { ApiFault } from "@dramac/lemon-squeezy-mock";
import { createRequestPacer } from "../../src/billing/lemonsqueezy/request-pacer.ts";
import { BillingUnavailable } from "../../src/billing/provider.ts";
import { setUp, wanted } from "./helpers.ts";

const PASSING: readonly (readonly [string, ApiFault])[] = [
  ["a 500", { kind: "status", status: 500, times: 2 }],
  ["a 503 that says when", { kind: "status", status: 503, retryAfter: 3, times: 2 }],
  ["a 429 that says when", { kind: "status", status: 429, retryAfter: 7, times: 2 }],
  ["a 429 that names a moment", { kind: "status", status: 429, retryAfter: "Tue, 10 Mar 2026 09:00:09 GMT", times: 1 }],
  ["a 429 that does not", { kind: "status", status: 429, times: 2 }],
  ["a page of HTML with 502", { kind: "html", status: 502, times: 2 }],
  ["a page of HTML with 200", { kind: "html", status: 200, times: 2 }],
  ["a hang-up", { kind: "hangup", times: 2 }],
  ["a hang-up after the work", { kind: "hangup", isDone: true, times: 2 }],
  ["silence", { kind: "slow", ms: 250, times: 1 }],
  ["a 204", { kind: "empty", times: 1 }],
];

for (const [name, fault] of PASSING) {
  test(`after ${name}, reads, changes and checkouts succeed`, async (context) => {
    const { provider, control, slept } = await setUp(context, { adapter: fault.kind === "slow" ? { timeoutMs: 100 } : {} });
    const checkout = await provider.createCheckout(wanted);
    const { id } = await control.pay(checkout.id);
    control.failApi({ ...fault, method: "GET" });
    assert.equal((await provider.getSubscription(String(id), "live"))?.status, "active");
    assert.ok(slept.length > 0, "it was tried again");
    control.failApi({ ...fault, method: "DELETE" });
    assert.equal((await provider.cancel(String(id), "live")).status, "cancelled");
    control.failApi({ ...fault, method: "PATCH" });
    assert.equal((await provider.resume(String(id), "live")).status, "active");
    control.failApi({ ...fault, method: "POST" });
    assert.match((await provider.createCheckout(wanted)).url, /\/checkout\//);
    assert.equal(control.state.subscriptions.length, 1);
  });
}

test("a lasting fault is unavailable after four attempts with longer pauses, and at once if the pause is longer than a person waits", async (context) => {
  const { provider, control, slept } = await setUp(context);
  control.failApi({ kind: "status", status: 500 });
  await assert.rejects(provider.getOrder("1", "live"), { name: "BillingUnavailable", message: /500/ });
  assert.deepEqual(slept, [375, 750, 1_500]);
  await control.heal();
  control.failApi({ kind: "status", status: 429, retryAfter: 40 });
  await assert.rejects(provider.getOrder("1", "live"), (error) => error instanceof BillingUnavailable && error.retryAfterMs === 40_000);
  await assert.rejects(provider.getOrder("1", "live"), (error) => error instanceof BillingUnavailable && error.retryAfterMs === 40_000);
  assert.equal(slept.length, 3, "the next call is not sent");
  await control.heal();
  await control.advance(40_000);
  assert.equal(await provider.getOrder("1", "live"), undefined);
});

test("work in the background waits for a minute, and a person does not", async (context) => {
  const { provider, control, slept } = await setUp(context);
  control.failApi({ kind: "status", status: 429, retryAfter: 60, times: 3 });
  for await (const order of provider.listOrders("live")) assert.fail(order.id);
  assert.deepEqual(slept, [60_000, 60_000, 60_000]);
  control.failApi({ kind: "status", status: 429, retryAfter: 12 });
  const began = control.now();
  await assert.rejects(provider.getOrder("1", "live"), { name: "BillingUnavailable" });
  assert.equal(control.now() - began, 12_000, "a second wait would have been too long");
});

const AMBIGUOUS: readonly (readonly [string, ApiFault, boolean])[] = [
  ["a hang-up after the refund", { kind: "hangup", isDone: true, times: 1 }, true],
  ["a hang-up before the refund", { kind: "hangup", times: 1 }, false],
  ["a 500 after the refund", { kind: "status", status: 500, isDone: true, times: 1 }, true],
  ["a 500 before the refund", { kind: "status", status: 500, times: 1 }, false],
  ["a 204", { kind: "empty", times: 1 }, true],
  ["a 429, which surely did nothing", { kind: "status", status: 429, retryAfter: 1, times: 1 }, true],
];

for (const [name, fault, isGiven] of AMBIGUOUS) {
  test(`money is refunded once, whether or not the answer arrives: ${name}`, async (context) => {
    const { provider, control } = await setUp(context);
    const { orderId } = await control.pay((await provider.createCheckout(wanted)).id);
    control.failApi({ ...fault, method: "POST" });
    const first = provider.refundOrder(String(orderId), "live", 400n);
    if (isGiven) assert.equal((await first).refunded, 400n);
    else await assert.rejects(first, { name: "BillingUnavailable" });
    assert.equal((await provider.refundOrder(String(orderId), "live", 400n)).refunded, 400n);
    assert.equal(control.state.orders[0]?.refundedAmount, 400);
  });
}

test("calls stay below the rate limit, and none is refused", async (context) => {
  const { provider, slept, control } = await setUp(context, { mock: { callsPerMinute: 300 } });
  const began = control.now();
  const checkout = await provider.createCheckout(wanted);
  for (let count = 0; count < 3; count++) await control.pay(checkout.id);
  for (let count = 0; count < 500; count++) for await (const { status } of provider.listOrders("live")) assert.equal(status, "paid");
  assert.equal(slept.length, 2);
  assert.equal(control.now() - began, 120_000);
  for (let count = 0; count < 48; count++) await provider.getOrder("1", "live");
  assert.equal(slept.length, 2, "a part of the rate is reserved for people");
});

test("the pacer reserves a part of the rate for people, and holds calls back when told", async () => {
  let now = 0;
  const waits: number[] = [];
  const sleep = async (ms: number) => {
    waits.push(ms);
    now += ms;
  };
  const pacer = createRequestPacer(10, { now: () => now, sleep, random: () => 0 });
  for (let count = 0; count < 8; count++) await pacer.waitForTurn(true);
  assert.deepEqual(waits, []);
  await pacer.waitForTurn(false);
  await pacer.waitForTurn(false);
  assert.deepEqual(waits, [], "two calls were reserved");
  await pacer.waitForTurn(true);
  assert.deepEqual(waits, [60_000]);
  pacer.holdBack(5_000);
  await pacer.waitForTurn(false);
  assert.deepEqual(waits, [60_000, 5_000]);
});
