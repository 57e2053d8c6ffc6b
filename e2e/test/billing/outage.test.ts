import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { checkLedger } from "@dramac/edge-api/ledger";
import { freePorts, openTcpProxy } from "../../src/index.ts";
import { connectMock, SECRET } from "../management/lemon-squeezy-mock.ts";
import { HOST, type BillingHarness, startBillingHarness } from "./billing-harness.ts";

const MINUTE = 60_000;
const DAY = 86_400_000;
const STEP = 5 * MINUTE;
/** Work that is done now and then is looked for every five seconds of the machine's. */
const PATIENCE = 30_000;

let at: BillingHarness;
let proxy: Awaited<ReturnType<typeof openTcpProxy>>;
before(async () => {
  at = await startBillingHarness({}, async (url) => {
    proxy = await openTcpProxy(Number(new URL(url).port));
    return `http://127.0.0.1:${proxy.port}`;
  });
});
after(async () => {
  await at?.close();
  await proxy?.cut();
});

async function becomes<Value>(what: string, read: () => Promise<Value>, wanted: Value): Promise<void> {
  for (const end = Date.now() + PATIENCE; ; ) {
    const value = await read();
    if (JSON.stringify(value) === JSON.stringify(wanted)) return;
    assert.ok(Date.now() < end, `${what}: ${JSON.stringify(value)} and not ${JSON.stringify(wanted)}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test("an hour without the provider: paid modules keep running, and afterwards all changes are found automatically", async () => {
  const { mock, agencyApi, platform } = at;
  const { control } = mock;
  const siteId = await agencyApi.newSite();
  const { key } = (await agencyApi.asOwner("POST", `/api/sites/${siteId}/surfaces`, { name: "Shop", origins: [HOST] })).body;
  const sold: Record<string, { id: string; row: { id: number; orderId: number } }> = {};
  for (const slug of ["renewing", "failing", "leaving", "ending", "returned"]) {
    const { moduleId, subscriptionId } = await at.sell(slug);
    const row = await at.pay(await at.checkout(subscriptionId));
    await at.drainInbox();
    assert.equal((await agencyApi.install(siteId, moduleId)).status, 201, slug);
    sold[slug] = { id: subscriptionId, row };
  }
  const of = (slug: string) => sold[slug] as (typeof sold)[string];
  const path = (slug: string) => `/api/agencies/${at.agency.ids.agencyId}/subscriptions/${of(slug).id}`;
  const reasonOf = async (slug: string) => (await at.entitlement(of(slug).id)).reason;
  const states = async () => Promise.all(Object.keys(sold).map(async (slug) => [slug, await at.stateOf(key, slug)]));

  assert.equal((await agencyApi.asOwner("POST", `${path("ending")}/cancel`)).body.reason, "cancelled");
  await control.useCard(of("failing").row.id, "fails_later");
  // To the quarter of an hour before everything renews, and until the day's work is done.
  const renewsAt = control.state.subscriptions.find(({ id }) => id === of("renewing").row.id)?.renewsAt ?? 0;
  await at.advance(renewsAt - control.now() - 15 * MINUTE);
  const now = () => new Date(control.now()).toISOString();
  await becomes("work that is due", () => at.rows(`select name from jobs where name like 'billing rec%' and next_run_at <= '${now()}'`), []);
  const late = await at.sell("late");
  const lateCheckout = await at.checkout(late.subscriptionId);
  sold.late = { id: late.subscriptionId, row: { id: 0, orderId: 0 } };

  await proxy.cut();
  control.setWebhooks([{ url: `http://127.0.0.1:${await freePorts(1)}/`, secret: SECRET }]);
  const countDeliveries = async () => (await at.rows("select count(*)::int as amount from webhook_inbox"))[0]?.amount;
  const before = await countDeliveries();
  const first = control.state.nextId;
  await at.pay(lateCheckout);
  for (let minute = 0; minute < 60; minute += 5) {
    await control.advance(STEP);
    if (minute === 30) await control.update(of("leaving").row.id, { cancelled: true });
    if (minute === 35) await control.refund(control.state.invoices.findLast(({ subscriptionId }) => subscriptionId === of("returned").row.id)?.id ?? 0);
    const isOver = control.now() >= renewsAt + 5 * MINUTE;
    for (const [slug, state] of await states()) {
      if (slug === "late") continue;
      // What was cancelled before ends when it ends, without anybody being asked. In plans that are in memory a little later.
      if (slug === "ending" && isOver) continue;
      assert.equal(state, "active", `${slug} after ${minute + 5} minutes`);
    }
    assert.equal((await fetch(`${platform.url}/readyz`)).status, 200);
  }
  await becomes("what had ended", () => at.stateOf(key, "ending"), "suspended");
  assert.equal(await countDeliveries(), before, "nothing was heard");
  const lost = control.state.deliveries.filter(({ id, state }) => id > first && state === "dropped");
  assert.ok(lost.length >= 10, `only ${lost.length} deliveries were lost`);
  assert.equal(await reasonOf("renewing"), "unconfirmed");
  assert.equal(await reasonOf("late"), "pending");

  await proxy.restore();
  connectMock(mock, platform);
  await control.advance(16 * MINUTE);
  for (const [slug, reason] of Object.entries({
    renewing: "paid",
    failing: "past_due",
    leaving: "cancelled",
    ending: "expired",
    returned: "refunded",
    late: "paid",
  }))
    await becomes(slug, () => reasonOf(slug), reason);
  for (const [slug, state] of Object.entries({ renewing: "active", failing: "active", leaving: "active", returned: "suspended" }))
    await becomes(`the module ${slug}`, () => at.stateOf(key, slug), state);
  assert.equal((await agencyApi.install(siteId, late.moduleId)).status, 201);

  const { orders, invoices } = control.state;
  const held = [...orders, ...invoices.filter(({ reason, status }) => reason !== "initial" && status !== "pending")];
  const receivable = held.reduce((sum, { total, refundedAmount }) => sum + total - refundedAmount, 0);
  await becomes("the ledger", async () => {
    const { isSound, currencies } = await platform.database.withPlatform("test look", checkLedger);
    return [isSound, Number(currencies[0]?.accounts.provider_receivable)];
  }, [true, receivable]);
  assert.ok((await at.rows("select 1 from audit_log where action = 'billing.drift'")).length >= 5, "each drift is in the audit");
});

test("a nightly reconciliation that failed is repeated as soon as it can succeed", async () => {
  const { control } = at.mock;
  const nightly = "select (extract(epoch from last_run_at) * 1000)::float8 as done from jobs where name = 'billing reconciliation'";
  await proxy.cut();
  await at.advance(DAY);
  const night = control.now();
  // Begun, and put off by minutes, not by a day.
  const isPutOff = `select next_run_at - to_timestamp(${night / 1_000}) between interval '0' and interval '16 minutes' as soon from jobs where name = 'billing reconciliation'`;
  await becomes("the night's work", async () => (await at.rows(isPutOff))[0]?.soon, true);
  await proxy.restore();
  await control.advance(16 * MINUTE);
  await becomes("the night's work", async () => Number((await at.rows(nightly))[0]?.done) > night, true);
});
