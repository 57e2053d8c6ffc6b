import type { UsageFigures } from "@dramac/contracts";
import type { Tx } from "../db/database.ts";
import { percentile, sumBuckets } from "./load-time-buckets.ts";

/** Verified and unverified figures, apart: anyone can send unverified events. */
export interface Usage {
  readonly verified: UsageFigures;
  readonly unverified: UsageFigures;
}

/** Sums of rollup rows, for one value of `verified`. */
export interface UsageSums {
  readonly verified: boolean;
  readonly loads: number;
  readonly actions: number;
  readonly errors: number;
  readonly apiCalls: number;
  readonly longestMs: number;
  readonly buckets: readonly number[];
}

/** The columns of `UsageSums`, over rows of the rollups. */
export const usageSums = (tx: Tx) => tx`
  verified, coalesce(sum(events) filter (where event_type = 'load'), 0)::float8 as loads,
  coalesce(sum(events) filter (where event_type = 'action'), 0)::float8 as actions,
  coalesce(sum(events) filter (where event_type = 'error'), 0)::float8 as errors,
  coalesce(sum(events) filter (where event_type = 'api_call'), 0)::float8 as "apiCalls",
  max(load_time_ms_max) as "longestMs", ${tx.unsafe(sumBuckets("load_time_buckets"))}::float8[] as buckets`;

/** Four decimal places. */
const round = (rate: number): number => Math.round(rate * 10_000) / 10_000;

function figuresOf(sums: readonly UsageSums[]): UsageFigures {
  const add = (name: "loads" | "actions" | "errors" | "apiCalls") => sums.reduce((sum, row) => sum + row[name], 0);
  const counts = (sums[0]?.buckets ?? []).map((_, bucket) => sums.reduce((sum, { buckets }) => sum + (buckets[bucket] ?? 0), 0));
  const longestMs = Math.max(0, ...sums.map((row) => row.longestMs));
  const [p50, p75, p95] = [0.5, 0.75, 0.95].map((share) => percentile(counts, share, longestMs));
  const [loads, errors] = [add("loads"), add("errors")];
  return {
    loads,
    actions: add("actions"),
    errors,
    apiCalls: add("apiCalls"),
    errorRate: loads ? round(errors / loads) : null,
    loadTimeMs: p50 === undefined || p75 === undefined || p95 === undefined ? null : { p50, p75, p95 },
  };
}

/** Figures of all rows together. Percentiles are computed from the added-up buckets. */
export const usageOf = (sums: readonly UsageSums[]): Usage => ({
  verified: figuresOf(sums.filter(({ verified }) => verified)),
  unverified: figuresOf(sums.filter(({ verified }) => !verified)),
});
