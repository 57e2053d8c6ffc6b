import { type PaymentDestination, type Posting, postPayment } from "../../src/billing/ledger/index.ts";
import { createTestDatabase, type TestDatabase } from "./database.ts";
import { seedTenant, type Tenant } from "./tenant.ts";

/** A database with one agency, to post payments for. */
export interface LedgerContext {
  readonly db: TestDatabase;
  readonly tenant: Tenant;
  post(payment: Parameters<typeof postPayment>[1], more?: Partial<PaymentDestination>): Promise<Posting>;
  /** The balances of a payment in the ledger, by account, without zero balances. */
  balancesOf(money: string): Promise<Record<string, number>>;
}

export async function createLedgerContext(): Promise<LedgerContext> {
  const db = await createTestDatabase();
  const tenant = await seedTenant(db.database, "payer");
  const to = { provider: "lemonsqueezy" as const, agencyId: tenant.agency, moduleId: tenant.module, subscriptionId: tenant.subscription };
  return {
    db,
    tenant,
    post: (payment, more) => db.database.withPlatform("post", (tx) => postPayment(tx, payment, { ...to, now: new Date(), ...more })),
    async balancesOf(money) {
      const rows = await db.database.withPlatform(
        "look",
        (tx) => tx<{ account: string; amount: number }[]>`
          select l.account, sum(l.amount)::int as amount from ledger_lines l join ledger_entries e on e.id = l.entry_id
          where e.money_id = ${money} group by 1 having sum(l.amount) <> 0`,
      );
      return Object.fromEntries(rows.map(({ account, amount }) => [account, amount]));
    },
  };
}

/** Ids of payments that no other test uses. */
export function createIds() {
  let count = 0;
  return { nextId: () => `o${++count}` };
}
