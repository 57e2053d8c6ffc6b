import { onServer } from "@dramac/edge-api/test-database";
import { type FoundScan, readSizes } from "./explain.ts";
import { LARGE_ROWS, type PlanNode, scansIn } from "./plan-scans.ts";
import type { RecordedStatement } from "./recorded-statements.ts";

/** How the server plans what it runs: as ever, or without reading whole tables unless nothing else leads to the rows. */
type Planning = "usual" | "without scans";

/**
 * PostgreSQL's own auto_explain, asked for with the connection: of everything that ends in it, inside functions and triggers
 * too, the plan that it really ran by is told as a notice.
 */
const TELL_PLANS = {
  session_preload_libraries: "auto_explain",
  "auto_explain.log_min_duration": "0",
  "auto_explain.log_nested_statements": "on",
  "auto_explain.log_format": "json",
  "auto_explain.log_level": "notice",
  client_min_messages: "notice",
} as const;

/** An address whose connections tell how they plan. Only a superuser may ask for that. */
export function tellingPlans(url: string, planning: Planning): string {
  const address = new URL(url);
  const how = planning === "usual" ? {} : { enable_seqscan: "off", plan_cache_mode: "force_generic_plan" };
  for (const [name, value] of Object.entries({ ...TELL_PLANS, ...how })) address.searchParams.set(name, value);
  return address.href;
}

/** Whether the login may have plans told, and the server can tell them. */
export const canTellPlans = (url: string): Promise<boolean> =>
  onServer(url, (sql) =>
    sql`load 'auto_explain'`.then(
      () => true,
      () => false,
    ),
  );

interface ToldPlan {
  readonly "Query Text": string;
  readonly Plan: PlanNode;
}

/** What ran inside functions and triggers, foreign keys among them: every plan that was told of no statement that the node sent. */
export function plansInside(notices: readonly string[], statements: readonly Pick<RecordedStatement, "text">[]): readonly ToldPlan[] {
  const sent = new Set(statements.map(({ text }) => text.trim()));
  return notices.flatMap((notice) => {
    if (!/^duration: [\d.]+ ms {2}plan:/.test(notice)) return [];
    const told = JSON.parse(notice.slice(notice.indexOf("{"))) as ToldPlan;
    return sent.has(told["Query Text"].trim()) ? [] : [told];
  });
}

/** Those among them that read a growing table from end to end; where it is small only if nothing else was left to the planner. */
export function findScansInside(url: string, plans: readonly ToldPlan[], planning: Planning): Promise<FoundScan[]> {
  return onServer(url, async (sql) => {
    const sizes = await readSizes(sql);
    const found = new Map<string, FoundScan>();
    for (const { "Query Text": text, Plan } of plans) {
      for (const scan of scansIn(Plan)) {
        if (planning === "usual" && (sizes.get(scan.table) ?? 0) < LARGE_ROWS) continue;
        found.set(`${scan.table} ${text}`, { ...scan, role: planning, text: text.replace(/\s+/g, " ").trim(), plan: "inside" });
      }
    }
    return [...found.values()];
  });
}
