import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import { checkLedger, postDispute } from "../../src/billing/ledger/index.ts";
import type { ProviderOrder } from "../../src/billing/provider.ts";
import { createIds, type LedgerContext, createLedgerContext } from "../helpers/ledger-context.ts";
import { invoiceOf, orderOf } from "../helpers/payments.ts";
import { seedTenant } from "../helpers/tenant.ts";

describe("the ledger", () => {
  let context: LedgerContext;

  before(async () => {
    context = await createLedgerContext();
  });
  after(async () => {
    const { isSound, issues, currencies } = await context.db.database.withPlatform("check", checkLedger);
    assert.deepEqual([isSound, issues], [true, []], "the ledger is sound after all tests");
    assert.ok(currencies.length > 0 && currencies.every(({ total }) => total === 0n));
    await context.db.destroy();
  });

  const { nextId } = createIds();
  const post: LedgerContext["post"] = (payment, more) => context.post(payment, more);
  const balancesOf: LedgerContext["balancesOf"] = (id) => context.balancesOf(id);
  const entriesOf = (id: string) =>
    context.db.database.withPlatform(
      "look",
      (tx) => tx<{ kind: string; sequence: number }[]>`select kind, sequence from ledger_entries where money_id = ${id} order by posted_at, sequence`,
    );

  it("posts a payment once, even if it is posted several times and at the same time", async () => {
    const order = orderOf({ id: nextId() });
    const postings = await Promise.all(Array.from({ length: 5 }, () => post(order)));
    assert.deepEqual(postings.map((one) => (one.posted ? one.kind : one.reason)).sort(), ["payment", "unchanged", "unchanged", "unchanged", "unchanged"]);
    assert.deepEqual(await post(order), { posted: false, reason: "unchanged" });
    assert.equal((await balancesOf(order.id)).developer_payable, -6_300);
  });

  it("posts the difference of cumulative refunds, and reverses a fraudulent payment", async () => {
    const order = orderOf({ id: nextId() });
    await post(order);
    await post({ ...order, status: "partial_refund", refunded: 3_570n, refundedAt: "2026-03-12T00:00:00.000Z" });
    const refund = await post({ ...order, status: "partial_refund", refunded: 7_140n, refundedAt: "2026-03-13T00:00:00.000Z" });
    assert.deepEqual(refund.posted && Object.fromEntries(refund.lines.map(({ account, amount }) => [account, Number(amount)])), {
      provider_receivable: -3_570,
      tax_pass_through: 570,
      refunds: 3_000,
      sales_shared: -3_000,
      platform_revenue: 900,
      developer_payable: 2_100,
    });
    await post({ ...order, status: "fraudulent" });
    assert.deepEqual(await balancesOf(order.id), {});
    assert.deepEqual(
      (await entriesOf(order.id)).map(({ kind, sequence }) => [kind, sequence]),
      [
        ["payment", 1],
        ["refund", 2],
        ["refund", 3],
        ["reversal", 4],
      ],
    );
  });

  it("accepts a refund that comes before its payment, and concludes nothing from an unknown status", async () => {
    const order = orderOf({ id: nextId(), status: "refunded", refunded: 10_710n });
    assert.deepEqual(await post({ ...order, status: "unknown" }), { posted: false, reason: "unknown_status" });
    await post(order);
    assert.deepEqual(await balancesOf(order.id), {
      wholesale_sales: -10_000,
      discounts: 1_000,
      refunds: 9_000,
      provider_fees: 586,
      provider_fees_withheld: -586,
    });
    assert.deepEqual(await post({ ...order, status: "unknown" }), { posted: false, reason: "unknown_status" });
    assert.deepEqual(
      await post(orderOf({ id: nextId(), subtotal: 0n, discount: 0n, tax: 0n, total: 0n })),
      { posted: false, reason: "unchanged" },
      "a free order",
    );
  });

  for (const [first, second] of [
    ["order", "invoice"],
    ["invoice", "order"],
  ] as const) {
    it(`posts the first payment of a subscription once when its ${first} comes before its ${second}`, async () => {
      const orderId = nextId();
      const both = { order: orderOf({ id: orderId }), invoice: invoiceOf({ id: `i-${orderId}`, reason: "initial" }) };
      assert.equal((await post(both[first], { orderId })).posted, true);
      assert.deepEqual(await post(both[second], { orderId }), { posted: false, reason: "same_money", owner: { kind: first, id: both[first].id } });
      assert.equal((await balancesOf(orderId)).provider_receivable, 10_710);
      if (first === "invoice")
        await assert.rejects(post(both.invoice, { orderId: nextId() }), { code: "payment_changed" }, "the invoice cannot move to another order");
      // A renewal is another payment.
      const renewal = invoiceOf({ id: `r-${orderId}` });
      assert.equal((await post(renewal, { orderId })).posted, true);
      assert.equal((await balancesOf(renewal.id)).provider_receivable, 10_710);
    });
  }

  it("posts it once when both come at the same time, and finds the order through our subscription", async () => {
    const orderId = nextId();
    await context.db.database.withPlatform(
      "test",
      (tx) => tx`update agency_module_subscriptions set provider_order_id = ${orderId} where id = ${context.tenant.subscription}`,
    );
    const invoice = invoiceOf({ id: `i-${orderId}`, reason: "initial" });
    const postings = await Promise.all([post(orderOf({ id: orderId })), post(invoice), post(orderOf({ id: orderId })), post(invoice)]);
    assert.equal(postings.filter(({ posted }) => posted).length, 1);
    assert.equal((await balancesOf(orderId)).provider_receivable, 10_710);
    await context.db.database.withPlatform(
      "test",
      (tx) => tx`update agency_module_subscriptions set provider_order_id = null where id = ${context.tenant.subscription}`,
    );
    await assert.rejects(post(invoiceOf({ id: "early", reason: "initial" })), { code: "order_unknown" });
  });

  it("separates test money, currencies and agencies", async () => {
    const order = orderOf({ id: nextId() });
    await post(order);
    assert.equal((await post({ ...order, mode: "test" })).posted, true);
    assert.equal((await post(orderOf({ id: nextId(), currency: "EUR" }))).posted, true);
    await assert.rejects(post({ ...order, currency: "EUR" }), { code: "payment_changed" });
    const other = await seedTenant(context.db.database, "other");
    await assert.rejects(post({ ...order, status: "refunded" }, { agencyId: other.agency }), { code: "payment_changed" });
    await assert.rejects(post(orderOf({ id: nextId() }), { moduleId: other.agency }), { code: "module_unknown" });
  });

  it("marks a fee as an estimate until the real fee is known, and keeps the real fee", async () => {
    const order = orderOf({ id: nextId() });
    const fees = async () => {
      const rows = await context.db.database.withPlatform(
        "look",
        (tx) => tx`select l.amount::int, l.is_estimate from ledger_lines l join ledger_entries e on e.id = l.entry_id
          where e.money_id = ${order.id} and l.account = 'provider_fees' order by e.sequence`,
      );
      return rows.map((row) => [row.amount, row.is_estimate]);
    };
    await post(order);
    assert.deepEqual(await fees(), [[586, true]]);
    await post(order, { fee: 600n });
    await post({ ...order, status: "refunded" });
    assert.deepEqual(await fees(), [
      [586, true],
      [14, false],
    ]);
  });

  it("holds a developer's share for 60 days, and takes refunds from the developer and the date of the payment", async () => {
    const order = orderOf({ id: nextId() });
    await post(order);
    await context.db.database.withPlatform("test", async (tx) => {
      const [next] = await tx`insert into developers (name) values ('Another developer') returning id`;
      await tx`update modules set developer_id = ${next?.id as string} where id = ${context.tenant.module}`;
    });
    await post({ ...order, status: "refunded" });
    const rows = await context.db.database.withPlatform(
      "look",
      (tx) => tx`select l.available_at, d.name from ledger_lines l join ledger_entries e on e.id = l.entry_id join developers d on d.id = l.developer_id
        where e.money_id = ${order.id}`,
    );
    assert.deepEqual(
      rows.map((row) => [(row.available_at as Date).toISOString(), row.name]),
      Array.from({ length: 2 }, () => ["2026-05-09T10:00:00.000Z", "DRAMAC"]),
    );
  });

  it("posts each dispute once and up to what is left, and posts it back when it is won", async () => {
    const order = orderOf({ id: nextId() });
    const paid = await post(order);
    const entryId = paid.posted ? paid.entryId : "";
    const dispute = (total: bigint, fee = 1_500n) =>
      context.db.database.withPlatform("dispute", (tx) =>
        postDispute(tx, { id: `d-${order.id}`, entryId, total, fee, occurredAt: new Date("2026-04-01T00:00:00Z"), now: new Date() }),
      );
    await assert.rejects(dispute(10_711n), { code: "too_much" });
    assert.equal((await dispute(10_710n)).posted, true);
    assert.deepEqual(await dispute(10_710n), { posted: false, reason: "unchanged" });
    assert.deepEqual(await balancesOf(order.id), {
      wholesale_sales: -10_000,
      discounts: 1_000,
      disputes: 9_000,
      provider_fees: 2_086,
      provider_fees_withheld: -2_086,
    });
    assert.deepEqual(await post(order), { posted: false, reason: "unchanged" }, "posting the payment again does not change the dispute");
    await dispute(0n);
    const { developer_payable, platform_revenue, provider_receivable, disputes } = await balancesOf(order.id);
    assert.deepEqual([developer_payable, platform_revenue, provider_receivable, disputes], [-6_300, -2_700, 10_710, undefined]);
    await dispute(5_355n);
    await post({ ...order, status: "refunded" });
    const left = await balancesOf(order.id);
    assert.deepEqual([left.provider_receivable, left.developer_payable, left.disputes, left.refunds], [undefined, undefined, 4_500, 4_500]);
    await post({ ...order, status: "void" });
    assert.deepEqual(await balancesOf(order.id), {});
    await assert.rejects(dispute(1n), { code: "not_posted" });
    const other = await post(orderOf({ id: nextId() }));
    const again = { id: `d-${order.id}`, entryId: other.posted ? other.entryId : "", total: 1n, fee: 0n, occurredAt: new Date(), now: new Date() };
    await assert.rejects(
      context.db.database.withPlatform("dispute", (tx) => postDispute(tx, again)),
      { code: "payment_changed" },
    );
  });

  it("ends with the balances of the last state, after any sequence of states posted in parallel", async () => {
    const states = fc.record({
      status: fc.constantFrom("pending", "failed", "paid", "refunded", "partial_refund", "fraudulent", "void"),
      refunded: fc.bigInt({ min: 0n, max: 10_710n }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(states, { minLength: 1, maxLength: 5 }), fc.bigInt({ min: 1n, max: 10_000n }), async (sequence, base) => {
        const [walked, direct] = [nextId(), nextId()];
        const of = (id: string, state: object): ProviderOrder => orderOf({ id, subtotal: base, discount: 0n, tax: 710n, total: base + 710n, ...state });
        for (const state of sequence) await Promise.all([post(of(walked, state)), post(of(walked, state))]);
        await post(of(direct, sequence.at(-1) ?? {}));
        assert.deepEqual(await balancesOf(walked), await balancesOf(direct));
      }),
      { numRuns: 25 },
    );
  });
});
