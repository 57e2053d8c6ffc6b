import assert from "node:assert/strict";
import { test } from "node:test";
import { setUp } from "./helpers/set-up.ts";

const PURCHASE = ["order_created", "subscription_created", "subscription_payment_success"];

for (const status of [201, 202, 204, 302, 404, 500]) {
  test(`a delivery answered with ${status} is tried again after 5, 25 and 125 s, then dropped`, async (context) => {
    const { checkout, control, receiver, events, received } = await setUp(context);
    receiver.status = status;
    await control.pay(await checkout());
    const ids = received.map(({ meta }) => meta.webhook_id);
    assert.deepEqual(events(), PURCHASE);
    for (const seconds of [5, 25, 125]) {
      await control.advance(seconds * 1_000 - 1);
      assert.deepEqual(events(), []);
      await control.advance(1);
      assert.deepEqual(
        received.map(({ meta }) => meta.webhook_id),
        ids,
        "the same bytes again",
      );
      assert.deepEqual(events(), PURCHASE);
    }
    await control.advance(3_600_000);
    assert.deepEqual(events(), []);
    assert.deepEqual(new Set(control.state.deliveries.map(({ state }) => state)), new Set(["dropped"]));
    assert.deepEqual(
      control.state.deliveries[0]?.attempts.map((one) => one.status),
      [status, status, status, status],
    );
  });
}

test("a receiver that comes back in time gets every delivery, and a refused connection counts as no answer", async (context) => {
  const { checkout, control, events, webhook } = await setUp(context);
  control.setWebhooks([{ ...webhook, url: "http://127.0.0.1:9/hook" }]);
  await control.pay(await checkout());
  assert.deepEqual(
    control.state.deliveries.map(({ attempts }) => attempts[0]?.status),
    [0, 0, 0],
  );
  control.setWebhooks([webhook]);
  await control.advance(5_000);
  assert.deepEqual(events(), PURCHASE);
  assert.deepEqual(new Set(control.state.deliveries.map(({ state }) => state)), new Set(["delivered"]));
});

test("faults: dropped, held and released in another order, delayed, repeated with another id, reversed, forged", async (context) => {
  const { checkout, control, events, received } = await setUp(context);
  const buy = async () => void (await control.pay(await checkout()));
  control.failWebhooks({ kind: "drop", events: ["subscription_created"], times: 1 });
  await buy();
  assert.deepEqual(events(), ["order_created", "subscription_payment_success"]);

  control.failWebhooks({ kind: "hold", events: PURCHASE });
  await buy();
  assert.deepEqual(events(), []);
  await control.release((held) => [...held].reverse());
  assert.deepEqual(events(), [...PURCHASE].reverse());
  await control.heal();

  control.failWebhooks({ kind: "delay", ms: 60_000, events: ["order_created"], times: 1 });
  await buy();
  assert.deepEqual(events(), PURCHASE.slice(1));
  await control.advance(60_000);
  assert.deepEqual(events(), ["order_created"]);

  control.failWebhooks({ kind: "repeat", events: ["order_created"], times: 1 });
  await buy();
  const [first, second] = received;
  assert.deepEqual([second?.event, second?.data], [first?.event, first?.data]);
  assert.notEqual(second?.meta.webhook_id, first?.meta.webhook_id);
  events();

  control.failWebhooks({ kind: "reverse", times: 1 });
  await buy();
  assert.deepEqual(events(), [...PURCHASE].reverse());

  control.failWebhooks({ kind: "forge", events: ["order_created"], times: 1 });
  await buy();
  assert.deepEqual(
    received.map(({ isSigned }) => isSigned),
    [false, true, true, true],
  );
  events();

  control.failWebhooks({ kind: "drop" });
  await buy();
  await control.heal();
  assert.deepEqual(events(), []);
  const delivered = control.state.deliveries.find(({ event }) => event === "order_created");
  await control.repeat(delivered?.id ?? 0);
  assert.deepEqual(events(), ["order_created"]);
});

test("one delivery waits for the answer to another, unless they are sent together", async (context) => {
  const { checkout, control, receiver, events } = await setUp(context);
  receiver.delayMs = 200;
  await control.pay(await checkout());
  assert.equal(receiver.maxConcurrent, 1);
  control.failWebhooks({ kind: "together" });
  await control.pay(await checkout());
  assert.equal(receiver.maxConcurrent, 3);
  assert.deepEqual(events().length, 6);
});

test("a receiver may call the API before it answers", async (context) => {
  const { checkout, control, call, receiver } = await setUp(context);
  const answers: number[] = [];
  receiver.onDelivery = async ({ data }) => {
    if (data.type === "subscriptions") answers.push((await call("DELETE", `/subscriptions/${data.id}`)).status);
  };
  await control.pay(await checkout());
  await control.whenIdle();
  assert.deepEqual([answers, control.state.subscriptions[0]?.status], [[200, 200, 200], "cancelled"]);
});

test("the mock closes at once while a receiver does not answer, and keeps the delivery", async (context) => {
  const { checkout, control, receiver, close, events } = await setUp(context);
  let open = () => {};
  const isThere = new Promise<void>((resolve) => (open = resolve));
  receiver.onDelivery = () => new Promise(() => open());
  control.pay(await checkout()).catch(() => undefined);
  await isThere;
  await close();
  assert.deepEqual(events(), ["order_created"]);
  assert.deepEqual(
    control.state.deliveries.map(({ state, attempts }) => [state, attempts.length]),
    [
      ["waiting", 0],
      ["waiting", 0],
      ["waiting", 0],
    ],
  );
});

test("two updates in one second differ only in the changed fields", async (context) => {
  const { checkout, control, received, events } = await setUp(context);
  const { id } = await control.pay(await checkout());
  events();
  await control.change(id, { status: "past_due" });
  await control.change(id, { status: "active" });
  const [first, second] = received.map(({ data }) => data.attributes);
  assert.equal(first?.["updated_at"], second?.["updated_at"]);
  assert.deepEqual([first?.["status"], second?.["status"]], ["past_due", "active"]);
  await control.change(id, { status: "frozen" }, true);
  assert.equal(received.length, 2, "a silent change sends no delivery");
});

test("stores and modes have their own receivers and secrets", async (context) => {
  const made = await setUp(context);
  const { control, checkout, webhook, events, received, apiKeys } = made;
  control.setWebhooks([
    { ...webhook, storeId: 1, mode: "live" },
    { ...webhook, secret: "of-test-mode", storeId: 1, mode: "test" },
  ]);
  await control.pay(await checkout({}, "101"));
  assert.ok(received.every(({ isSigned }) => isSigned));
  assert.deepEqual(events(), PURCHASE);
  await control.pay(await checkout({}, "151", apiKeys.test));
  assert.ok(received.every(({ isSigned, meta }) => !isSigned && meta.test_mode));
  assert.deepEqual(events(), PURCHASE);
  await control.pay(await checkout({}, "201"));
  assert.deepEqual(events(), [], "the other store has no receiver");
});
