import { type AgencyStatement, AgencyStatementSchema } from "@dramac/contracts";
import type { Tx } from "../../db/database.ts";
import { type Cell, type CsvFile, writeCsv } from "../csv.ts";
import { toJson } from "../../services/to-json.ts";
import { PAID, readAgencyEntries, totalsOf } from "./agency-entries.ts";
import { readClientDues } from "./client-dues.ts";
import { monthOf } from "./statement-month.ts";
import { sumBy } from "./sum-by.ts";

/** An agency's statement of a month. @throws ApiError `not_found` for an invalid month, `internal` if it does not agree with the ledger */
export async function agencyStatement(
  tx: Tx,
  { agencyId, month, mode, now }: { agencyId: string; month: string; mode: "live" | "test"; now: Date },
): Promise<AgencyStatement> {
  const time = monthOf(month, now);
  const entries = await readAgencyEntries(tx, agencyId, time, mode);
  const modules = sumBy(
    entries,
    ({ moduleId, moduleSlug, moduleName, currency }) => ({ moduleId, moduleSlug, moduleName, currency }),
    PAID,
    (entry, name) => entry[name],
  );
  const clients = await readClientDues(tx, agencyId, time);
  return AgencyStatementSchema.parse(toJson({ agencyId, month, isFinal: time.isFinal, mode, totals: totalsOf(entries), modules, entries, clients }));
}

const HEAD = [
  "Kind",
  "Posted",
  "Occurred",
  "Module",
  "Client",
  "Source",
  "Source id",
  "Entry",
  "Currency",
  "Wholesale",
  "Discount",
  "Tax",
  "Refunded",
  "Disputed",
  "Paid",
  "Owed by client",
];

/** The statement as a table: first one row for each entry, then what the clients owe. */
export function agencyStatementCsv({ month, entries, clients }: AgencyStatement): CsvFile {
  const paid = entries.map(({ kind, postedAt, occurredAt, moduleName, moduleId, source, entryId, currency, ...sums }): Cell[] => [
    ...[kind, postedAt, occurredAt, moduleName ?? moduleId, null, `${source.provider} ${source.kind}`, source.id, entryId, currency],
    ...PAID.map((name) => ({ amount: sums[name], currency })),
    null,
  ]);
  const owed = clients.dues.map(({ billingCycle, moduleName, moduleId, clientName, clientId, currency, owed: amount }): Cell[] => [
    ...[`owed ${billingCycle.replace("_", "-")}`, null, null, moduleName ?? moduleId, clientName ?? clientId, null, null, null, currency],
    ...PAID.map(() => null),
    { amount, currency },
  ]);
  return { fileName: `statement-${month}.csv`, text: writeCsv(HEAD, [...paid, ...owed]) };
}
