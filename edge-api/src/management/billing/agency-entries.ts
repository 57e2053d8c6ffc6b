import type { Tx } from "../../db/database.ts";
import { refuseMismatch } from "./refuse-mismatch.ts";
import { sumBy } from "./sum-by.ts";
import type { Month } from "./statement-month.ts";

/** The amounts of each posting in a statement. */
export const PAID = ["wholesale", "discount", "tax", "refunded", "disputed", "paid"] as const;
type Paid = Readonly<Record<(typeof PAID)[number], bigint>>;

export interface AgencyEntry extends Paid {
  readonly entryId: string;
  readonly kind: string;
  readonly moduleId: string;
  readonly moduleSlug: string | null;
  readonly moduleName: string | null;
  readonly subscriptionId: string | null;
  readonly source: { readonly provider: string; readonly kind: string; readonly id: string };
  readonly currency: string;
  readonly occurredAt: Date;
  readonly postedAt: Date;
}

/** The amounts as sums of the lines of an entry. */
const paidOf = (tx: Tx) => tx`
  -coalesce(sum(amount) filter (where account = 'wholesale_sales'), 0)::bigint as wholesale,
  coalesce(sum(amount) filter (where account = 'discounts'), 0)::bigint as discount,
  -coalesce(sum(amount) filter (where account = 'tax_pass_through'), 0)::bigint as tax,
  coalesce(sum(amount) filter (where account = 'refunds'), 0)::bigint as refunded,
  coalesce(sum(amount) filter (where account = 'disputes'), 0)::bigint as disputed,
  coalesce(sum(amount) filter (where account = 'provider_receivable'), 0)::bigint as paid`;

/**
 * The entries of an agency's payments in a month, oldest first, as row security shows them to the agency. The same statement reads the
 * ledger's sums, and the entries must agree with them.
 * @throws ApiError `internal` if they differ
 */
export async function readAgencyEntries(tx: Tx, agencyId: string, month: Month, mode: string): Promise<readonly AgencyEntry[]> {
  const rows = (await tx`
    with lines as materialized (
      select l.entry_id, l.account, l.amount, l.currency from ledger_entries e join ledger_lines l on l.entry_id = e.id
      where e.agency_id = ${agencyId} and e.mode = ${mode} and e.posted_at >= ${month.from} and e.posted_at < ${month.until}
    ), entries as (select entry_id, currency, ${paidOf(tx)} from lines group by entry_id, currency),
    ledger as (select null::uuid as entry_id, currency, ${paidOf(tx)} from lines group by currency)
    select s.entry_id as "entryId", s.currency, s.wholesale, s.discount, s.tax, s.refunded, s.disputed, s.paid, e.kind, e.module_id as "moduleId",
      m.slug as "moduleSlug", m.name as "moduleName", e.subscription_id as "subscriptionId", e.provider, e.source_kind, e.source_id,
      e.occurred_at as "occurredAt", e.posted_at as "postedAt"
    from (select * from entries union all select * from ledger) s left join ledger_entries e on e.id = s.entry_id left join modules m on m.id = e.module_id
    order by e.posted_at, e.id`) as unknown as (Omit<AgencyEntry, "source"> & { provider: string; source_kind: string; source_id: string })[];
  const entries = rows
    .filter(({ entryId }) => entryId !== null)
    .map(({ provider, source_kind: kind, source_id: id, ...entry }) => ({ ...entry, source: { provider, kind, id } }));
  const ledger = rows.filter(({ entryId }) => entryId === null);
  const differs = [...unbalanced(entries), ...differences(totalsOf(entries), ledger)];
  if (differs.length) refuseMismatch({ agencyId, month: month.month }, differs);
  return entries;
}

export const totalsOf = (entries: readonly AgencyEntry[]) =>
  sumBy(
    entries,
    ({ currency }) => ({ currency }),
    PAID,
    (entry, name) => entry[name],
  );

/** The lines that an agency may see of an entry balance by themselves. */
const unbalanced = (entries: readonly AgencyEntry[]): string[] =>
  entries
    .filter(({ wholesale, discount, tax, refunded, disputed, paid }) => paid !== wholesale - discount + tax - refunded - disputed)
    .map(({ entryId }) => `entry ${entryId}`);

function differences(totals: readonly (Paid & { currency: string })[], ledger: readonly (Paid & { currency: string })[]): string[] {
  if (totals.length !== ledger.length) return ["the currencies"];
  return totals.flatMap((total) => {
    const inLedger = ledger.find(({ currency }) => currency === total.currency);
    return PAID.filter((name) => inLedger?.[name] !== total[name]).map((name) => `${name} in ${total.currency}`);
  });
}
