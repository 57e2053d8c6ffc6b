import type { Tx } from "../db/database.ts";
import { ApiError } from "../http/api-error.ts";
import { missing } from "./missing.ts";

type Columns = Readonly<Record<string, unknown>>;

/**
 * Updates the given columns of one row.
 * @returns the columns before and after the update, for the audit log
 * @throws ApiError `not_found`, or `validation_failed` when no column is given
 */
export async function updateRow(
  tx: Tx,
  table: "agencies" | "clients" | "sites" | "profiles" | "modules" | "surfaces" | "module_requests",
  id: string,
  given: Columns,
): Promise<{ before: Columns; after: Columns }> {
  const after = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  const names = Object.keys(after);
  if (!names.length) throw new ApiError("validation_failed", "Name at least one field to change.", { faults: [{ path: "/", message: "is empty" }] });
  const [before] = await tx`select ${tx(names)} from ${tx(table)} where id = ${id} for update`;
  if (!before) throw missing();
  await tx`update ${tx(table)} set ${tx(after as Record<string, never>, names)} where id = ${id}`;
  return { before: { ...before }, after };
}
