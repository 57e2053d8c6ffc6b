import { randomUUID } from "node:crypto";
import type { Tx } from "../../db/database.ts";
import { type Account, ACCOUNTS, type Balances } from "./accounts.ts";
import type { PaymentKey, Source } from "./payment-key.ts";
import type { Holder } from "./posted-payment.ts";

export type EntryKind = "payment" | "refund" | "reversal" | "dispute" | "correction";

export interface LedgerLine {
  readonly account: Account;
  /** Minor units; debits are positive, credits negative. */
  readonly amount: bigint;
}

interface Entry {
  readonly key: PaymentKey;
  readonly source: Source;
  /** The number of this entry among the entries of its source, from 1. */
  readonly sequence: number;
  readonly kind: EntryKind;
  readonly holder: Holder;
  readonly cause: string | null;
  readonly occurredAt: Date;
  readonly postedAt: Date;
  readonly amounts: Balances;
  readonly isFeeEstimated: boolean;
  readonly developer: { readonly id: string; readonly availableAt: Date };
}

/** Writes one entry with its lines. At the commit the database checks that they balance. */
export async function writeEntry(tx: Tx, entry: Entry): Promise<{ id: string; lines: readonly LedgerLine[] }> {
  const { key, source, holder, developer, amounts, postedAt } = entry;
  const id = randomUUID();
  const lines = ACCOUNTS.flatMap((account) => (amounts[account] ? [{ account, amount: amounts[account] }] : []));
  await tx`
    insert into ledger_entries (id, provider, mode, money_kind, money_id, source_kind, source_id, sequence, kind, cause, agency_id, module_id,
      subscription_id, currency, line_count, occurred_at, posted_at)
    values (${id}, ${key.provider}, ${key.mode}, ${key.kind}, ${key.id}, ${source.kind}, ${source.id}, ${entry.sequence}, ${entry.kind}, ${entry.cause},
      ${holder.agencyId}, ${holder.moduleId}, ${holder.subscriptionId}, ${holder.currency}, ${lines.length}, ${entry.occurredAt},
      ${postedAt})`;
  const rows = lines.map(({ account, amount }, index) => ({
    entry_id: id,
    number: index + 1,
    account,
    amount,
    is_estimate: entry.isFeeEstimated && account.startsWith("provider_fees"),
    developer_id: account === "developer_payable" ? developer.id : null,
    available_at: account === "developer_payable" ? developer.availableAt : null,
    agency_id: holder.agencyId,
    currency: holder.currency,
    posted_at: postedAt,
  }));
  await tx`insert into ledger_lines ${tx(rows)}`;
  return { id, lines };
}
