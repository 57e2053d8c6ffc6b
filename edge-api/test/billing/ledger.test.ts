import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import fc from "fast-check";
import { checkLedger, type PaymentDestination, postDispute, postPayment } from "../../src/billing/ledger/index.ts";
import type { ProviderOrder } from "../../src/billing/provider.ts";
import { createTestDatabase, onServer, type TestDatabase } from "../helpers/database.ts";
import { invoiceOf, orderOf } from "../helpers/payments.ts";
import { seedTenant, type Tenant } from "../helpers/tenant.ts";

describe("the ledger", () => {
  let db: TestDatabase;
  let tenant: Tenant;
  let to: PaymentDestination;
  let count = 0;
  const nextId = () => `o${++count}`;

  before(async () => {
    db = await createTestDatabase();
    tenant = await seedTenant(db.database, "payer");
    to = { provider: "lemonsqueezy", agencyId: tenant.agency, moduleId: tenant.module, subscriptionId: tenant.subscription };
  });
  after(async () => {
    const { isSound, faults, currencies } = await db.database.withPlatform("check", checkLedger);
    assert.deepEqual([isSound, faults], [true, []], "whatever the tests did");
    assert.ok(currencies.every(({ total }) => total === 0n) && currencies.length > 1);
    await db.destroy();
  });

  const post = (payment: Parameters<typeof postPayment>[1], more: Partial<PaymentDestination> = {}) =>
    db.database.withPlatform("post", (tx) => postPayment(tx, payment, { ...to, ...more }));
  const entriesOf = (id: string) =>
    db.database.withPlatform(
      "look",
      (tx) => tx<{ kind: string; source_kind: string; sequence: number }[]>`
        select kind, source_kind, sequence from ledger_entries where money_id = ${id} order by posted_at, sequence`,
    );
  const balancesOf = async (id: string): Promise<Record<string, number>> => {
    const rows = await db.database.withPlatform(
      "look",
      (tx) => tx<{ account: string; amount: number }[]>`
        select l.account, sum(l.amount)::int as amount from ledger_lines l join ledger_entries e on e.id = l.entry_id where e.money_id = ${id} group by 1 having sum(l.amount) <> 0`,
    );
    return Object.fromEntries(rows.map(({ account, amount }) => [account, amount]));
  };

  it("holds a payment once, however often and at however many places it is posted", async () => {
    const order = orderOf({ id: nextId() });
    const postings = await Promise.all(Array.from({ length: 5 }, () => post(order)));
    assert.deepEqual(postings.map((one) => (one.posted ? one.kind : one.reason)).sort(), ["payment", "unchanged", "unchanged", "unchanged", "unchanged"]);
    assert.deepEqual(await post(order), { posted: false, reason: "unchanged" });
    assert.equal((await balancesOf(order.id)).developer_payable, -6_300);
  });

  it("posts the difference of cumulative refunds, and takes back what was fraud", async () => {
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

  it("takes a refund that comes before its payment, and concludes nothing from a state that it does not know", async () => {
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
    it(`holds a subscription's first payment once, when its ${first} comes before its ${second}`, async () => {
      const orderId = nextId();
      const both = { order: orderOf({ id: orderId }), invoice: invoiceOf({ id: `i-${orderId}`, reason: "initial" }) };
      assert.equal((await post(both[first], { orderId })).posted, true);
      assert.deepEqual(await post(both[second], { orderId }), { posted: false, reason: "same_money", owner: { kind: first, id: both[first].id } });
      assert.equal((await balancesOf(orderId)).provider_receivable, 10_710);
      // Renewals are money of their own.
      const renewal = invoiceOf({ id: `r-${orderId}` });
      assert.equal((await post(renewal, { orderId })).posted, true);
      assert.equal((await balancesOf(renewal.id)).provider_receivable, 10_710);
    });
  }

  it("holds it once when both come at the same moment, and knows the order by our subscription, too", async () => {
    const orderId = nextId();
    await db.database.withPlatform("test", (tx) => tx`update agency_module_subscriptions set lemon_order_id = ${orderId} where id = ${tenant.subscription}`);
    const invoice = invoiceOf({ id: `i-${orderId}`, reason: "initial" });
    const postings = await Promise.all([post(orderOf({ id: orderId })), post(invoice), post(orderOf({ id: orderId })), post(invoice)]);
    assert.equal(postings.filter(({ posted }) => posted).length, 1);
    assert.equal((await balancesOf(orderId)).provider_receivable, 10_710);
    await db.database.withPlatform("test", (tx) => tx`update agency_module_subscriptions set lemon_order_id = null where id = ${tenant.subscription}`);
    await assert.rejects(post(invoiceOf({ id: "early", reason: "initial" })), { code: "order_unknown" });
  });

  it("keeps test money, other currencies and other agencies apart", async () => {
    const order = orderOf({ id: nextId() });
    await post(order);
    assert.equal((await post({ ...order, mode: "test" })).posted, true);
    assert.equal((await post(orderOf({ id: nextId(), currency: "EUR" }))).posted, true);
    await assert.rejects(post({ ...order, currency: "EUR" }), { code: "payment_changed" });
    const other = await seedTenant(db.database, "other");
    await assert.rejects(post({ ...order, status: "refunded" }, { agencyId: other.agency }), { code: "payment_changed" });
    await assert.rejects(post(orderOf({ id: nextId() }), { moduleId: other.agency }), { code: "module_unknown" });
  });

  it("marks a fee as an estimate until it is told, and keeps what was told", async () => {
    const order = orderOf({ id: nextId() });
    const fees = async () => {
      const rows = await db.database.withPlatform(
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

  it("holds a developer's share for 60 days, of refunds as of what they are of, for whoever developed it then", async () => {
    const order = orderOf({ id: nextId() });
    await post(order);
    await db.database.withPlatform("test", async (tx) => {
      const [next] = await tx`insert into developers (name) values ('Somebody else') returning id`;
      await tx`update modules set developer_id = ${next?.id as string} where id = ${tenant.module}`;
    });
    await post({ ...order, status: "refunded" });
    const rows = await db.database.withPlatform(
      "look",
      (tx) => tx`select l.available_at, d.name from ledger_lines l join ledger_entries e on e.id = l.entry_id join developers d on d.id = l.developer_id
        where e.money_id = ${order.id}`,
    );
    assert.deepEqual(
      rows.map((row) => [(row.available_at as Date).toISOString(), row.name]),
      Array.from({ length: 2 }, () => ["2026-05-09T10:00:00.000Z", "DRAMAC"]),
    );
  });

  it("takes disputes, once each, no more than is left, and gives them back when they are won", async () => {
    const order = orderOf({ id: nextId() });
    const paid = await post(order);
    const entryId = paid.posted ? paid.entryId : "";
    const dispute = (total: bigint, fee = 1_500n) =>
      db.database.withPlatform("dispute", (tx) => postDispute(tx, { id: `d-${order.id}`, entryId, total, fee, occurredAt: new Date("2026-04-01T00:00:00Z") }));
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
    assert.deepEqual(await post(order), { posted: false, reason: "unchanged" }, "the payment's own state takes nothing of it back");
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
  });

  it("ends like the last state alone, after any states in any number of places", async () => {
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

  it("is only ever added to, in whole entries that balance, by any role and its owner", async () => {
    const entry = { provider: "manual", mode: "test", money_kind: "order", source_kind: "order", kind: "payment", currency: "USD", occurred_at: new Date() };
    const write = (id: string, amounts: readonly (readonly [string, number])[], lineCount = amounts.length) =>
      db.database.withPlatform("test", async (tx) => {
        const [made] = await tx`insert into ledger_entries ${tx({
          ...entry,
          money_id: id,
          source_id: id,
          sequence: 1,
          agency_id: tenant.agency,
          module_id: tenant.module,
          line_count: lineCount,
        })} returning id, posted_at`;
        for (const [place, [account, amount]] of amounts.entries()) {
          await tx`insert into ledger_lines (entry_id, number, account, amount, agency_id, currency, posted_at)
            values (${made?.id as string}, ${place + 1}, ${account}, ${amount}, ${tenant.agency}, 'USD', ${made?.posted_at as Date})`;
        }
        return made?.id as string;
      });
    const balanced = [
      ["provider_receivable", 5],
      ["wholesale_sales", -5],
    ] as const;
    const whole = await write(nextId(), balanced);
    await assert.rejects(
      write(nextId(), [
        ["provider_receivable", 5],
        ["wholesale_sales", -4],
      ]),
      { constraint_name: "ledger_entry_balances" },
    );
    // In balance, but its agency would see the half of it.
    await assert.rejects(
      write(nextId(), [
        ["provider_receivable", 5],
        ["platform_revenue", -5],
      ]),
      { constraint_name: "ledger_entry_balances" },
    );
    await assert.rejects(write(nextId(), balanced, 3), { constraint_name: "ledger_entry_is_whole" });
    await assert.rejects(
      write(nextId(), [
        ["cash", 5],
        ["wholesale_sales", -5],
      ]),
      { code: "23514" },
    );
    const append = () =>
      db.database.withPlatform("test", async (tx) => {
        for (const [number, amount] of [
          [3, 7],
          [4, -7],
        ] as const)
          await tx`insert into ledger_lines (entry_id, number, account, amount, agency_id, currency, posted_at)
            select id, ${number}, 'refunds', ${amount}, agency_id, currency, posted_at from ledger_entries where id = ${whole}`;
      });
    await assert.rejects(append(), { constraint_name: "ledger_entry_is_whole" });

    for (const table of ["ledger_entries", "ledger_lines"]) {
      for (const change of [`update ${table} set posted_at = posted_at`, `delete from ${table}`, `truncate ${table} cascade`]) {
        for (const enter of [(work: never) => db.database.withTenant(tenant.agency, work), (work: never) => db.database.withPlatform("test", work)]) {
          await assert.rejects(enter(((tx: { unsafe: (text: string) => Promise<unknown> }) => tx.unsafe(change)) as never), { code: "42501" }, change);
        }
        await assert.rejects(
          onServer(db.url, (sql) => sql.unsafe(change)),
          { constraint_name: "ledger_is_append_only" },
          change,
        );
      }
    }
    await assert.rejects(
      db.database.withTenant(tenant.agency, (tx) => tx`insert into ledger_entries (provider) values ('x')`),
      { code: "42501" },
    );
  });

  it("shows an agency its own money, and never how it is shared", async () => {
    const other = await seedTenant(db.database, "neighbour");
    const order = orderOf({ id: nextId() });
    await post(order, { agencyId: other.agency, moduleId: other.module, subscriptionId: null });
    const seen = await db.database.withTenant(other.agency, (tx) => tx`select account, amount::int, developer_id from ledger_lines order by amount desc`);
    assert.deepEqual(
      seen.map((row) => [row.account, row.amount, row.developer_id]),
      [
        ["provider_receivable", 10_710, null],
        ["discounts", 1_000, null],
        ["tax_pass_through", -1_710, null],
        ["wholesale_sales", -10_000, null],
      ],
    );
    assert.deepEqual(
      [...(await db.database.withTenant(other.agency, (tx) => tx`select money_id from ledger_entries`))].map((row) => row.money_id),
      [order.id],
    );
    await assert.rejects(
      db.database.withTenant(other.agency, (tx) => tx`select * from developers`),
      { code: "42501" },
    );
  });

  it("says which entry is wrong when somebody has been at it past all locks", async () => {
    const order = orderOf({ id: nextId() });
    await post(order);
    const meddle = (by: number) =>
      onServer(db.url, async (sql) => {
        await sql`set session_replication_role = replica`;
        await sql`update ledger_lines set amount = amount + ${by}::int where account = 'platform_revenue' and entry_id = (select id from ledger_entries where money_id = ${order.id})`;
      });
    await meddle(1);
    const check = await db.database.withPlatform("check", checkLedger);
    const [entry] = await db.database.withPlatform("look", (tx) => tx`select id from ledger_entries where money_id = ${order.id}`);
    assert.deepEqual([check.isSound, check.faults], [false, [{ kind: "unbalanced", of: entry?.id }]]);
    assert.equal(check.currencies.find(({ mode, currency }) => mode === "live" && currency === "USD")?.total, 1n);
    await meddle(-1);
    assert.equal((await db.database.withPlatform("check", checkLedger)).isSound, true);
  });
});
