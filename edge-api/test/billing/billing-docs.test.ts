import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { ACCOUNTS } from "../../src/billing/ledger/accounts.ts";
import { type LedgerContext, createLedgerContext } from "../helpers/ledger-context.ts";
import { invoiceOf, orderOf } from "../helpers/payments.ts";

const PAGE = readFileSync(new URL("../../../docs/billing.md", import.meta.url), "utf8");
const QUERY = /```sql\n([\s\S]+?)```/.exec(PAGE)?.[1] ?? assert.fail("the page has no query");

/** The rows of the example: the account, and the cents in each column. */
const EXAMPLE = PAGE.split("\n")
  .slice(PAGE.split("\n").findIndex((line) => line.startsWith("| account | purchase | refund |")) + 2)
  .map((line) => /^\| `(\w+)` \|([^|]*)\|([^|]*)\|([^|]*)\|$/.exec(line))
  .filter((row) => row !== null)
  .map(([, account = "", ...columns]) => [account, ...columns.map((text) => Math.round(Number(text.trim() || "0") * 100))] as const);

interface Traced {
  readonly amount: bigint;
  readonly running: bigint;
  readonly source_kind: string;
  readonly source_id: string;
  readonly event_name: string | null;
}

describe("docs/billing.md", () => {
  let context: LedgerContext;
  before(async () => {
    context = await createLedgerContext();
  });
  after(() => context.db.destroy());

  const delivered = async (event: string, payment: Parameters<LedgerContext["post"]>[0]) => {
    const [row] = await context.db.database.withPlatform(
      "inbox",
      (tx) =>
        tx`insert into webhook_inbox (store, mode, event_name, dedupe_sha256, raw_body) values ('1', 'live', ${event}, ${randomBytes(32)}, '') returning id`,
    );
    return context.post(payment, { cause: row?.id as string });
  };
  const linesOf = (posting: Awaited<ReturnType<LedgerContext["post"]>>) => (posting.posted ? posting.lines : assert.fail("nothing was posted"));

  it("shows an example with the amounts that are really posted", async () => {
    const order = orderOf({ id: "example" });
    const steps = [
      linesOf(await delivered("order_created", order)),
      linesOf(await delivered("order_refunded", { ...order, status: "partial_refund", refunded: 3_570n })),
    ];
    const amount = (step: number, account: string) => Number(steps[step]?.find((line) => line.account === account)?.amount ?? 0n);
    assert.deepEqual(
      EXAMPLE,
      ACCOUNTS.flatMap((account) => {
        const [purchase, refund] = [amount(0, account), amount(1, account)];
        return purchase || refund ? [[account, purchase, refund, purchase + refund]] : [];
      }).sort((one, other) => EXAMPLE.findIndex(([account]) => account === one[0]) - EXAMPLE.findIndex(([account]) => account === other[0])),
    );
    assert.ok(EXAMPLE.length >= 9);
  });

  it("names every account", () => {
    for (const account of ACCOUNTS) assert.ok(PAGE.includes(`\`${account}\``), account);
  });

  it("has a query that leads from a sum to the events of all its entries", async () => {
    await delivered("subscription_payment_success", invoiceOf({ id: "i1", subtotal: 333n, discount: 0n, tax: 0n, total: 333n }));
    await delivered("order_created", orderOf({ id: "mode", mode: "test" }));
    const { agency } = context.tenant;
    const [developer] = await context.db.database.withPlatform("look", (tx) => tx`select developer_id as id from modules where id = ${context.tenant.module}`);
    for (const account of ACCOUNTS.filter((name) => name !== "disputes")) {
      const whose = account === "developer_payable" ? (developer?.id as string) : agency;
      const [traced, sum] = await context.db.database.withPlatform("trace", async (tx) => [
        (await tx.unsafe(QUERY, [account, "USD", new Date("2020-01-01"), new Date("2100-01-01"), whose])) as unknown as Traced[],
        (
          await tx<{ amount: bigint }[]>`select sum(l.amount)::bigint as amount from ledger_lines l join ledger_entries e on e.id = l.entry_id
          where e.mode = 'live' and l.account = ${account}`
        )[0]?.amount,
      ]);
      assert.ok(traced.length > 0, account);
      assert.equal(traced.at(-1)?.running, sum, account);
      assert.equal(
        traced.reduce((all, { amount }) => all + amount, 0n),
        sum,
        account,
      );
      const events: Readonly<Record<string, readonly string[]>> = { example: ["order_created", "order_refunded"], i1: ["subscription_payment_success"] };
      for (const { source_id, event_name } of traced)
        assert.ok(events[source_id]?.includes(event_name ?? ""), `${account} of ${source_id} came by ${event_name}`);
    }
  });
});
