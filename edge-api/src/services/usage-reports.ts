import type { UsageRankingQuery, UsageStep } from "@dramac/contracts";
import type { Tx } from "../db/database.ts";
import { rankUsage } from "./usage-ranking.ts";
import { summariseUsage, type UsageScope } from "./usage-summary.ts";
import { rankedPage, rankedStart } from "./ranked-page.ts";
import { rangeOf } from "./usage-range.ts";

/** Usage of a scope over time. */
export async function usageOverTime(tx: Tx, scope: UsageScope, query: { from?: string | undefined; to?: string | undefined; step: UsageStep }) {
  const { step } = query;
  const range = rangeOf(query, step);
  return { ...range, step, ...(await summariseUsage(tx, { scope, ...range, step })) };
}

/** Usage of a scope by module or by site, highest usage first. */
export async function usageBy(tx: Tx, by: "module" | "site", scope: UsageScope, query: UsageRankingQuery) {
  const ranked = await rankUsage(tx, { scope, by, ...rangeOf(query), max: query.limit + 1, after: rankedStart(query) });
  const { rows, next } = rankedPage(ranked, query, ({ events, id }) => [events.toString(), id]);
  const named = rows.length
    ? await tx`select id, ${tx(by === "module" ? ["slug", "name"] : ["name"])} from ${tx(`${by}s`)} where id in ${tx(rows.map(({ id }) => id))}`
    : [];
  const items = rows.map(({ id, verified, unverified }) => {
    const found = named.find((one) => one.id === id);
    const name = (found?.name ?? null) as string | null;
    return { ...(by === "module" ? { moduleId: id, slug: (found?.slug ?? null) as string | null } : { siteId: id }), name, verified, unverified };
  });
  return { items, next };
}
