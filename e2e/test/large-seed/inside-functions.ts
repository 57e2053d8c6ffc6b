import { onServer } from "@dramac/edge-api/test-database";
import { type FoundScan, readSizes } from "./explain.ts";
import { LARGE_ROWS, type PlanNode, type Scan, scansIn, wasteIn } from "./plan-scans.ts";

/** How the server plans what it runs: as ever, or without reading whole tables unless nothing else leads to the rows. */
type Planning = "usual" | "without scans";

/**
 * PostgreSQL's own auto_explain, asked for with the connection: of everything that ends in it, inside functions and triggers
 * too, the plan that it really ran by is told as a notice, with how many rows it read for nothing.
 */
const TELL_PLANS = {
  session_preload_libraries: "auto_explain",
  "auto_explain.log_min_duration": "0",
  "auto_explain.log_nested_statements": "on",
  "auto_explain.log_analyze": "on",
  "auto_explain.log_timing": "off",
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

/** Every plan that was told of, by the text of its statement. */
export function toldPlans(notices: readonly string[]): readonly ToldPlan[] {
  return notices.flatMap((notice) => (/^duration: [\d.]+ ms {2}plan:/.test(notice) ? [JSON.parse(notice.slice(notice.indexOf("{"))) as ToldPlan] : []));
}

/** The statements that ran inside functions, triggers and foreign keys: those that no client sent. */
export function plansInside(plans: readonly ToldPlan[], sent: ReadonlySet<string>): readonly ToldPlan[] {
  return plans.filter((plan) => !sent.has(plan["Query Text"].trim()));
}

/** Those among them that read a growing table from end to end; where it is small only if nothing else was left to the planner. */
export function findScansInside(url: string, plans: readonly ToldPlan[], planning: Planning): Promise<FoundScan[]> {
  return onServer(url, async (sql) => {
    const sizes = await readSizes(sql);
    const isWrong = ({ table }: Scan) => planning === "without scans" || (sizes.get(table) ?? 0) >= LARGE_ROWS;
    return once(plans, (plan) => scansIn(plan).filter(isWrong), { role: planning, plan: "inside" });
  });
}

/** Those of all statements that ran as ever and threw very many rows of a growing table away. */
export const findWaste = (plans: readonly ToldPlan[]): FoundScan[] => once(plans, wasteIn, { role: "as it ran", plan: "waste" });

function once(plans: readonly ToldPlan[], scans: (plan: PlanNode) => readonly Scan[], as: Pick<FoundScan, "role" | "plan">): FoundScan[] {
  const found = new Map<string, FoundScan>();
  for (const { "Query Text": text, Plan } of plans) {
    for (const scan of scans(Plan)) found.set(`${scan.table} ${text}`, { ...scan, ...as, text: text.replace(/\s+/g, " ").trim() });
  }
  return [...found.values()];
}
