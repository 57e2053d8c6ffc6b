import { type DeveloperStatement, DeveloperStatementSchema } from "@dramac/contracts";
import type { Tx } from "../../db/database.ts";
import { type Cell, type CsvFile, writeCsv } from "../csv.ts";
import { toJson } from "../../services/to-json.ts";
import { missing } from "../../services/missing.ts";
import { monthOf } from "./statement-month.ts";
import { refuseMismatch } from "./refuse-mismatch.ts";
import { sumBy } from "./sum-by.ts";

interface Row {
  readonly entryId: string | null;
  readonly moduleId: string;
  readonly moduleSlug: string | null;
  readonly moduleName: string | null;
  readonly currency: string;
  readonly base: bigint;
  readonly share: bigint;
  /** The platform's part of the base. */
  readonly platforms: bigint;
  readonly held: bigint;
}

/** A developer's statement of a month, as the platform. @throws ApiError `not_found`, `internal` if it does not agree with the ledger */
export async function developerStatement(
  tx: Tx,
  { developerId, month, mode, now }: { developerId: string; month: string; mode: "live" | "test"; now: Date },
): Promise<DeveloperStatement> {
  const time = monthOf(month, now);
  const [developer] = await tx`select name from developers where id = ${developerId}`;
  if (!developer) throw missing();
  // One statement reads the entries and the ledger's sums, so both are of the same moment.
  const rows = (await tx`
    with own as materialized (
      select l.entry_id, l.currency, -l.amount as share, l.available_at from ledger_lines l join ledger_entries e on e.id = l.entry_id
      where l.developer_id = ${developerId} and l.posted_at >= ${time.from} and l.posted_at < ${time.until} and e.mode = ${mode}
    )
    select e.id as "entryId", e.kind, e.module_id as "moduleId", m.slug as "moduleSlug", m.name as "moduleName",
      jsonb_build_object('provider', e.provider, 'kind', e.source_kind, 'id', e.source_id) as source, o.currency, e.occurred_at as "occurredAt", e.posted_at as "postedAt",
      coalesce(s.base, 0)::bigint as base, coalesce(s.platforms, 0)::bigint as platforms, o.share, o.available_at as "availableAt",
      case when o.available_at > ${now} then o.share else 0 end as held
    from own o join ledger_entries e on e.id = o.entry_id left join modules m on m.id = e.module_id
      cross join lateral (select sum(amount) filter (where account = 'sales_shared') as base, -sum(amount) filter (where account = 'platform_revenue') as platforms
        from ledger_lines l where l.entry_id = e.id) s
    union all
    select null, null, null, null, null, null, currency, null, null, null, null, sum(share)::bigint, null, null from own group by currency
    order by "postedAt", "entryId"`) as unknown as Row[];
  const entries = rows.filter(({ entryId }) => entryId !== null);
  const totals = sumBy(
    entries,
    ({ currency }) => ({ currency }),
    ["base", "share", "held"],
    (row, name) => row[name],
  );
  const ledger = rows.filter(({ entryId }) => entryId === null);
  const differs = [
    ...entries.filter(({ base, share, platforms }) => base !== share + platforms).map(({ entryId }) => `entry ${entryId}`),
    ...(totals.length === ledger.length ? [] : ["the currencies"]),
    ...totals.filter(({ currency, share }) => ledger.find((one) => one.currency === currency)?.share !== share).map(({ currency }) => `share in ${currency}`),
  ];
  if (differs.length) refuseMismatch({ developerId, month }, differs);
  const modules = sumBy(
    entries,
    ({ moduleId, moduleSlug, moduleName, currency }) => ({ moduleId, moduleSlug, moduleName, currency }),
    ["base", "share"],
    (row, name) => row[name],
  );
  const shown = entries.map(({ platforms: _, held: __, ...entry }) => entry);
  const { isFinal } = time;
  return DeveloperStatementSchema.parse(
    toJson({ developerId, developerName: developer.name as string, month, isFinal, mode, totals, modules, entries: shown }),
  );
}

const HEAD = ["Kind", "Posted", "Occurred", "Module", "Source", "Source id", "Entry", "Currency", "Base", "Share", "Available"];

export function developerStatementCsv({ month, entries }: DeveloperStatement): CsvFile {
  const records = entries.map(({ kind, postedAt, occurredAt, moduleName, moduleId, source, entryId, currency, base, share, availableAt }): Cell[] => [
    ...[kind, postedAt, occurredAt, moduleName ?? moduleId, `${source.provider} ${source.kind}`, source.id, entryId, currency],
    { amount: base, currency },
    { amount: share, currency },
    availableAt,
  ]);
  return { fileName: `developer-statement-${month}.csv`, text: writeCsv(HEAD, records) };
}
