import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { after, before, beforeEach, describe, test } from "node:test";
import { sign } from "@dramac/lemon-squeezy-mock";
import { startPlatform } from "../../src/index.ts";
import { SECRET } from "../management/lemon-squeezy-mock.ts";
import { deliver, orderEvent, subscriptionEvent } from "./deliver.ts";
import { type BillingHarness, startBillingHarness } from "./billing-harness.ts";

const FIXTURES = new URL("../../../edge-api/test/billing/fixtures/", import.meta.url);
const FIXTURE_SECRET = "ls_test_secret_do_not_use_in_prod";

let at: BillingHarness;
before(async () => {
  at = await startBillingHarness();
  // Nothing is asked: what deliveries say themselves is what is tried here.
  at.mock.control.failApi({ kind: "status", status: 401, path: "/v1/orders" });
  at.mock.control.failApi({ kind: "status", status: 401, path: "/v1/subscriptions" });
  at.mock.control.failApi({ kind: "status", status: 401, path: "/v1/subscription-invoices" });
});
after(() => at?.close());
beforeEach(() => at.rows("delete from webhook_inbox"));

const send = (body: string | Buffer, more: Parameters<typeof deliver>[2] = { secret: SECRET }) => deliver(at.platform.port, body, more);
const inbox = async () => at.rows("select status, outcome, event_name as event, last_error from webhook_inbox order by received_at");
const audited = async (action: string) => at.rows(`select reason from audit_log where action = '${action}' order by created_at desc`);

/** A subscription that was paid by deliveries alone. */
async function bought(slug: string, order: string, id: string) {
  const { subscriptionId } = await at.sell(slug);
  const checkout = await at.checkout(subscriptionId, { email: `${slug}@example.com` });
  assert.equal((await send(orderEvent("order_created", { id: order, intent: checkout.id }))).status, 200);
  assert.equal((await send(subscriptionEvent("subscription_created", { id, order }))).status, 200);
  await at.drainInbox();
  return { subscriptionId, checkout };
}

describe("59: unsigned deliveries are refused", () => {
  const body = subscriptionEvent("subscription_updated");
  const right = sign(body, SECRET);
  for (const [what, signature, sent] of [
    ["no signature", undefined, body],
    ["an empty one", "", body],
    ["a wrong one", sign(body, "another"), body],
    ["one cut short", right.slice(0, -2), body],
    ["one in upper case", right.toUpperCase(), body],
    ["one of odd length", right.slice(0, -1), body],
    ["one that is no hex", "z".repeat(64), body],
    ["the right one over the same JSON written otherwise", right, JSON.stringify(JSON.parse(body), null, 1)],
    ["the right one, and a byte more", right, `${body} `],
  ] as const)
    test(what, async () => {
      const answer = await send(sent, { signature: signature ?? (undefined as never) });
      assert.deepEqual([answer.status, answer.code], [401, "unauthorized"]);
      assert.deepEqual(await inbox(), []);
    });

  test("twin: deliveries signed with the present or the previous secret are accepted", async () => {
    for (const secret of [SECRET, "secret-of-before"]) {
      const own = subscriptionEvent("subscription_updated", { id: secret === SECRET ? "1" : "2" });
      assert.deepEqual(await send(own, { secret }), { status: 200, outcome: "stored" });
    }
    assert.equal((await inbox()).length, 2);
  });

  test("without a secret all deliveries are refused, and the answer says why", async () => {
    const platform = await startPlatform(() => []);
    const answer = await deliver(platform.port, body, { secret: "" });
    assert.deepEqual([answer.status, answer.code], [503, "unavailable"]);
    await platform.close();
  });
});

test("60: a delivery that arrives a hundred times, and twenty times at once, takes effect once", async () => {
  const { subscriptionId } = await bought("replayed", "9101", "9201");
  const again = () => {
    const body = JSON.parse(
      subscriptionEvent("subscription_updated", {
        id: "9201",
        order: "9101",
        status: "past_due",
        updated_at: "2090-01-01T00:00:00.000000Z",
        created_at: "2026-01-01T00:00:00Z",
        renews_at: null,
      }),
    );
    return JSON.stringify(body);
  };
  for (let time = 0; time < 100; time++) assert.equal((await send(again())).status, 200);
  for (const { status } of await Promise.all(Array.from({ length: 20 }, () => send(again())))) assert.equal(status, 200);
  await at.drainInbox();
  assert.equal((await inbox()).filter(({ event }) => event === "subscription_updated").length, 1);
  assert.equal((await at.rows(`select from entitlement_changes where subscription_id = '${subscriptionId}' and status = 'past_due'`)).length, 1);
});

test("60: another delivery of the same event differs only in its webhook_id, and is recognised", async () => {
  const [first, second] = ["subscription_created_real.json", "subscription_created_real_redelivery.json"].map((name) => readFileSync(new URL(name, FIXTURES)));
  const platform = await startPlatform(() => [], { environment: { LEMONSQUEEZY_STORE_ID: "249054", LEMONSQUEEZY_WEBHOOK_SECRET: FIXTURE_SECRET } });
  const outcomes = [];
  for (const body of [first, second]) outcomes.push((await deliver(platform.port, body as Buffer, { secret: FIXTURE_SECRET })).outcome);
  assert.deepEqual(outcomes, ["stored", "known"]);
  await platform.close();
});

test("61: an older state that arrives later changes nothing; a newer one does", async () => {
  const { subscriptionId } = await bought("shuffled", "9102", "9202");
  const tell = async (status: string, updated: string) => {
    await send(
      subscriptionEvent("subscription_updated", {
        id: "9202",
        order: "9102",
        status,
        updated_at: updated,
        ...(status === "cancelled" && { ends_at: "2090-01-01T00:00:00Z", renews_at: null }),
      }),
    );
    await at.drainInbox();
    return (await at.entitlement(subscriptionId)).reason;
  };
  assert.equal(await tell("cancelled", "2089-01-02T00:00:00Z"), "cancelled");
  assert.equal(await tell("active", "2089-01-01T00:00:00Z"), "cancelled", "older");
  assert.equal(await tell("active", "2089-01-03T00:00:00Z"), "paid", "newer");
});

test("61: a refund that arrives before its order grants nothing", async () => {
  const { subscriptionId } = await at.sell("refunded-first");
  const checkout = await at.checkout(subscriptionId);
  await send(
    orderEvent("order_refunded", {
      id: "9103",
      intent: checkout.id,
      status: "refunded",
      refunded: true,
      refunded_amount: 1_000,
      updated_at: "2089-01-02T00:00:00Z",
    }),
  );
  await send(subscriptionEvent("subscription_created", { id: "9203", order: "9103" }));
  await send(orderEvent("order_created", { id: "9103", intent: checkout.id }));
  await at.drainInbox();
  assert.deepEqual(await at.entitlement(subscriptionId).then(({ isAllowed, reason }) => [isAllowed, reason]), [false, "refunded"]);
});

describe("61: an order that arrived without its checkout takes effect only when the checkout is named", () => {
  const told = { created_at: "2089-01-01T00:00:00Z", updated_at: "2089-01-01T00:00:00Z" };
  const custom = (intent: string) => ({ meta: { custom_data: { checkout_intent_id: intent } } });
  for (const [by, order, id, name] of [
    ["its own delivery, which says nothing else that is new", "9105", "9205", (intent: string) => orderEvent("order_paid", { id: "9105", ...told, intent })],
    [
      "a delivery of its subscription",
      "9106",
      "9206",
      (intent: string) => subscriptionEvent("subscription_updated", { id: "9206", order: "9106", updated_at: "2089-01-02T00:00:00Z", ...custom(intent) }),
    ],
  ] as const)
    test(`by ${by}`, async () => {
      const { subscriptionId } = await at.sell(`named-late-${order}`);
      const checkout = await at.checkout(subscriptionId, { email: "someone@example.com" });
      await send(orderEvent("order_created", { id: order, ...told, user_email: "someone-else@example.com" }));
      await send(subscriptionEvent("subscription_created", { id, order, ...told }));
      await at.drainInbox();
      assert.equal((await at.entitlement(subscriptionId)).reason, "pending");
      await send(name(checkout.id).replace('"buyer@example.com"', '"someone-else@example.com"'));
      await at.drainInbox();
      assert.equal((await at.entitlement(subscriptionId)).reason, "paid");
    });
});

describe("62: a payment that differs from its checkout grants nothing", () => {
  let order = 9_300;
  for (const [what, wrong, reason] of [
    ["another variant", { variant: 152 }, "pending"],
    ["a lower price", { subtotal: 1, total: 1 }, "pending"],
    ["an unknown discount", { discount_total: 900, total: 100 }, "pending"],
    ["another currency", { currency: "EUR" }, "pending"],
    ["no payment", { status: "pending" }, "pending"],
    ["a failed payment", { status: "failed" }, "pending"],
    ["nothing wrong", {}, "paid"],
  ] as const)
    test(what, async () => {
      const id = String(++order);
      const { subscriptionId } = await at.sell(`wrong-${id}`);
      const checkout = await at.checkout(subscriptionId);
      assert.equal((await send(orderEvent("order_created", { id, intent: checkout.id, ...wrong }))).status, 200);
      await send(subscriptionEvent("subscription_created", { id: `${id}0`, order: id }));
      await at.drainInbox();
      assert.equal((await at.entitlement(subscriptionId)).reason, reason);
    });

  test("of another store, or in live mode on a test platform: stored, audited, without effect", async () => {
    const { subscriptionId } = await at.sell("elsewhere");
    const checkout = await at.checkout(subscriptionId);
    for (const [more, reason] of [
      [{ store: 2 }, /store 2/],
      [{ test: false }, /live mode/],
    ] as const) {
      assert.equal((await send(orderEvent("order_created", { id: String(++order), intent: checkout.id, ...more }))).outcome, "ignored");
      assert.match(String((await audited("webhook.refuse"))[0]?.reason), reason);
    }
    await at.drainInbox();
    assert.equal((await at.entitlement(subscriptionId)).reason, "pending");
  });

  test("with the checkout of another agency, whose subscription already belongs to another order", async () => {
    const { subscriptionId: mine } = await bought("mine", "9401", "9501");
    const { subscriptionId: theirs } = await at.sell("theirs");
    const checkout = await at.checkout(theirs);
    // The subscription that is bound to one order says that it belongs to another checkout.
    await send(
      subscriptionEvent("subscription_updated", {
        id: "9501",
        order: "9401",
        status: "expired",
        updated_at: "2089-01-01T00:00:00Z",
        meta: { custom_data: { checkout_intent_id: checkout.id } },
      }),
    );
    await at.drainInbox();
    assert.equal((await at.entitlement(theirs)).reason, "pending");
    assert.equal((await at.entitlement(mine)).reason, "expired");
  });
});

describe("unexpected deliveries", () => {
  test("an unknown event is stored and answered with 200", async () => {
    assert.equal(
      (
        await send(
          JSON.stringify({
            meta: { event_name: "moon_risen", test_mode: true },
            data: { type: "moons", id: "1", attributes: { store_id: 1, test_mode: true } },
          }),
        )
      ).outcome,
      "ignored",
    );
    assert.match(String((await inbox())[0]?.outcome), /moon_risen/);
  });

  test("an unknown status changes no right", async () => {
    const { subscriptionId } = await bought("unknown-status", "9104", "9204");
    await send(subscriptionEvent("subscription_updated", { id: "9204", order: "9104", status: "hibernating", updated_at: "2089-01-01T00:00:00Z" }));
    await at.drainInbox();
    assert.equal((await at.entitlement(subscriptionId)).reason, "paid");
  });

  for (const [what, body, status, code] of [
    ["no JSON, signed", "{", 400, "bad_request"],
    ["JSON that is no delivery, signed", '{"hello":"there"}', 400, "bad_request"],
    ["a list, signed", "[]", 400, "bad_request"],
    ["a megabyte and a byte", `"${"a".repeat(1_048_575)}"`, 413, "payload_too_large"],
  ] as const)
    test(what, async () => {
      const before = (await audited("webhook.refuse")).length;
      const answer = await send(body);
      assert.deepEqual([answer.status, answer.code], [status, code]);
      assert.deepEqual(await inbox(), []);
      if (status === 400) assert.equal((await audited("webhook.refuse")).length, before + 1, "audited");
    });

  test("twin: exactly one megabyte is read", async () => {
    const body = subscriptionEvent("subscription_updated", { id: "5", padding: "" });
    const padded = body.replace('"padding":""', `"padding":"${"a".repeat(1_048_576 - body.length)}"`);
    assert.equal(padded.length, 1_048_576);
    assert.equal((await send(padded)).status, 200);
  });

  test("another content type", async () => assert.equal((await send("{}", { secret: SECRET, headers: { "content-type": "text/plain" } })).status, 415));
});

test("every captured delivery is accepted with a signature by the secret", async () => {
  const sources = readFileSync(new URL("SOURCES.md", FIXTURES), "utf8");
  const platform = await startPlatform(() => [], { environment: { LEMONSQUEEZY_STORE_ID: "1", LEMONSQUEEZY_WEBHOOK_SECRET: FIXTURE_SECRET } });
  const names = readdirSync(FIXTURES).filter((name) => name.endsWith(".json"));
  assert.equal(names.length, 12);
  for (const name of names) {
    const body = readFileSync(new URL(name, FIXTURES));
    const listed = new RegExp(`^\\| ${name} .*\`([0-9a-f]{64})\``, "m").exec(sources)?.[1];
    const { status } = await deliver(platform.port, body, listed === undefined ? { secret: FIXTURE_SECRET } : { signature: listed });
    assert.equal(status, 200, name);
  }
  await platform.close();
});
