/** Tables that do not grow with the tenants: reading a few dozen modules whole is the best that can be done. */
const CATALOGUE = new Set([
  "modules",
  "module_versions",
  "module_version_files",
  "module_price_versions",
  "file_contents",
  "schema_migrations",
  "setup_tokens",
  "jobs",
  // A queue that is emptied within seconds: its reader takes all rows.
  "module_install_changes",
]);

/** Smaller ones are read whole with good reason, unless they could not be read otherwise. */
export const LARGE_ROWS = 500;

export interface PlanNode {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly Filter?: string;
  readonly "Rows Removed by Filter"?: number;
  readonly "Actual Loops"?: number;
  readonly Plans?: readonly PlanNode[];
}

/** What a plan does to a table that grows. */
export interface Scan {
  readonly table: string;
  readonly filter: string;
}

/** Where a plan reads such a table from end to end. */
export function scansIn(node: PlanNode): Scan[] {
  const table = node["Relation Name"] ?? "";
  const own = node["Node Type"] === "Seq Scan" && !CATALOGUE.has(table) ? [{ table, filter: node.Filter ?? "" }] : [];
  return [...own, ...(node.Plans ?? []).flatMap(scansIn)];
}

/** Where a plan that has run read very many rows of such a table to throw them away: an index led there, and not far enough. */
export function wasteIn(node: PlanNode): Scan[] {
  const table = node["Relation Name"] ?? "";
  const removed = (node["Rows Removed by Filter"] ?? 0) * (node["Actual Loops"] ?? 1);
  const isCounted = table !== "" && !CATALOGUE.has(table) && !table.startsWith("pg_");
  const own = isCounted && removed >= LARGE_ROWS ? [{ table, filter: `${node.Filter ?? ""} threw ${removed} rows away` }] : [];
  return [...own, ...(node.Plans ?? []).flatMap(wasteIn)];
}
