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
  // Notes that are taken away within seconds: whoever reads all of them takes all of them.
  "module_install_changes",
]);

/** Smaller ones are read whole with good reason, unless they could not be read otherwise. */
export const LARGE_ROWS = 500;

export interface PlanNode {
  readonly "Node Type": string;
  readonly "Relation Name"?: string;
  readonly Filter?: string;
  readonly Plans?: readonly PlanNode[];
}

/** Where a plan reads a table that grows from end to end. */
export function scansIn(node: PlanNode): { table: string; filter: string }[] {
  const table = node["Relation Name"] ?? "";
  const own = node["Node Type"] === "Seq Scan" && !CATALOGUE.has(table) ? [{ table, filter: node.Filter ?? "" }] : [];
  return [...own, ...(node.Plans ?? []).flatMap(scansIn)];
}
