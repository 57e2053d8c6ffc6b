import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { checkLedger } from "../../src/billing/ledger/index.ts";
import { onServer } from "../helpers/database.ts";
import { createIds, type LedgerContext, createLedgerContext } from "../helpers/ledger-context.ts";
import { orderOf } from "../helpers/payments.ts";
import { seedTenant } from "../helpers/tenant.ts";

describe("the locks of the ledger", () => {
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

  it("accepts only new, complete entries that balance, from every role and the owner", async () => {
    const entry = { provider: "manual", mode: "test", money_kind: "order", source_kind: "order", kind: "payment", currency: "USD", occurred_at: new Date() };
    const write = (id: string, amounts: readonly (readonly [string, number])[], lineCount = amounts.length) =>
      context.db.database.withPlatform("test", async (tx) => {
        const [made] = await tx`insert into ledger_entries ${tx({
          ...entry,
          money_id: id,
          source_id: id,
          sequence: 1,
          agency_id: context.tenant.agency,
          module_id: context.tenant.module,
          line_count: lineCount,
        })} returning id, posted_at`;
        for (const [index, [account, amount]] of amounts.entries()) {
          await tx`insert into ledger_lines (entry_id, number, account, amount, agency_id, currency, posted_at)
            values (${made?.id as string}, ${index + 1}, ${account}, ${amount}, ${context.tenant.agency}, 'USD', ${made?.posted_at as Date})`;
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
    // It balances, but the lines that the agency sees do not.
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
      context.db.database.withPlatform("test", async (tx) => {
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
        for (const enter of [
          (work: never) => context.db.database.withTenant(context.tenant.agency, work),
          (work: never) => context.db.database.withPlatform("test", work),
        ]) {
          await assert.rejects(enter(((tx: { unsafe: (text: string) => Promise<unknown> }) => tx.unsafe(change)) as never), { code: "42501" }, change);
        }
        await assert.rejects(
          onServer(context.db.url, (sql) => sql.unsafe(change)),
          { constraint_name: "ledger_is_append_only" },
          change,
        );
      }
    }
    await assert.rejects(
      context.db.database.withTenant(context.tenant.agency, (tx) => tx`insert into ledger_entries (provider) values ('x')`),
      { code: "42501" },
    );
  });

  it("shows an agency its own payments, but not how they are shared", async () => {
    const other = await seedTenant(context.db.database, "neighbour");
    const order = orderOf({ id: nextId() });
    await post(order, { agencyId: other.agency, moduleId: other.module, subscriptionId: null });
    const seen = await context.db.database.withTenant(
      other.agency,
      (tx) => tx`select account, amount::int, developer_id from ledger_lines order by amount desc`,
    );
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
      [...(await context.db.database.withTenant(other.agency, (tx) => tx`select money_id from ledger_entries`))].map((row) => row.money_id),
      [order.id],
    );
    await assert.rejects(
      context.db.database.withTenant(other.agency, (tx) => tx`select * from developers`),
      { code: "42501" },
    );
  });

  it("reports the wrong entry after someone changed a line with all locks disabled", async () => {
    const order = orderOf({ id: nextId() });
    await post(order);
    const changeLine = (by: number) =>
      onServer(context.db.url, async (sql) => {
        await sql`set session_replication_role = replica`;
        await sql`update ledger_lines set amount = amount + ${by}::int where account = 'platform_revenue' and entry_id = (select id from ledger_entries where money_id = ${order.id})`;
      });
    await changeLine(1);
    const check = await context.db.database.withPlatform("check", checkLedger);
    const [entry] = await context.db.database.withPlatform("look", (tx) => tx`select id from ledger_entries where money_id = ${order.id}`);
    assert.deepEqual([check.isSound, check.issues], [false, [{ kind: "unbalanced", of: entry?.id }]]);
    assert.equal(check.currencies.find(({ mode, currency }) => mode === "live" && currency === "USD")?.total, 1n);
    await changeLine(-1);
    assert.equal((await context.db.database.withPlatform("check", checkLedger)).isSound, true);
  });
});
