import type { Tx } from "../../db/database.ts";
import type { BillingMode } from "../provider.ts";
import type { Account } from "./accounts.ts";

interface CurrencyCheck {
  readonly mode: BillingMode;
  readonly currency: string;
  readonly entries: number;
  /** The sum of all lines in minor units; zero if the ledger balances. */
  readonly total: bigint;
  readonly accounts: Readonly<Partial<Record<Account, bigint>>>;
}

/** A problem of one entry, or of the entries of one source. */
interface LedgerIssue {
  readonly kind: "unbalanced" | "not_whole" | "gap" | "two_owners";
  /** The id of the entry, or of the source. */
  readonly of: string;
}

export interface LedgerCheck {
  readonly isSound: boolean;
  readonly currencies: readonly CurrencyCheck[];
  /** At most 100. */
  readonly issues: readonly LedgerIssue[];
}

/**
 * Checks that the ledger balances, in each entry and in total by mode and currency, that each entry has all of its lines, that the entries
 * of each source are numbered without gaps, and that no payment was posted under two sources. Reads the whole ledger, as the platform.
 */
export async function checkLedger(tx: Tx): Promise<LedgerCheck> {
  const sums = await tx`
    select e.mode, l.currency, l.account, sum(l.amount)::bigint as amount, (select count(*)::int from ledger_entries o where o.mode = e.mode and o.currency = l.currency) as entries
    from ledger_lines l join ledger_entries e on e.id = l.entry_id group by 1, 2, 3 order by 1, 2, 3`;
  const currencies = new Map<string, CurrencyCheck>();
  for (const { mode, currency, account, amount, entries } of sums as unknown as (CurrencyCheck & { account: Account; amount: bigint })[]) {
    const known = currencies.get(`${mode} ${currency}`) ?? { mode, currency, entries, total: 0n, accounts: {} };
    currencies.set(`${mode} ${currency}`, { ...known, total: known.total + amount, accounts: { ...known.accounts, [account]: amount } });
  }
  const issues = (await tx`
    select * from (
      select case when coalesce(sum(l.amount), 0) <> 0 or coalesce(sum(l.amount) filter (where ledger_account_is_agencys(l.account)), 0) <> 0
        then 'unbalanced' else 'not_whole' end as kind, e.id::text as of
      from ledger_entries e left join ledger_lines l on l.entry_id = e.id group by e.id
      having coalesce(sum(l.amount), 0) <> 0 or coalesce(sum(l.amount) filter (where ledger_account_is_agencys(l.account)), 0) <> 0 or count(l.number) <> e.line_count
      union all
      select 'gap', concat_ws(' ', provider, mode, source_kind, source_id) from ledger_entries
      group by provider, mode, source_kind, source_id having max(sequence) <> count(*)
      union all
      select 'two_owners', concat_ws(' ', provider, mode, money_kind, money_id) from ledger_entries where source_kind <> 'dispute'
      group by provider, mode, money_kind, money_id having count(distinct (source_kind, source_id)) > 1
    ) found limit 100`) as unknown as LedgerIssue[];
  const all = [...currencies.values()];
  return { isSound: !issues.length && all.every(({ total }) => total === 0n), currencies: all, issues: issues.map((issue) => ({ ...issue })) };
}
