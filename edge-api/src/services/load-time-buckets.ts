/**
 * The bounds of load time buckets, in milliseconds. Load times are stored as counts per bucket, because counts can be added up over
 * hours, days and sites, and percentiles cannot. The last bucket has no upper bound. Never change this list: stored rows depend on it.
 */
const BOUNDS_MS = [
  10, 25, 50, 75, 100, 150, 200, 250, 300, 400, 500, 650, 800, 1_000, 1_300, 1_600, 2_000, 2_500, 3_000, 4_000, 5_000, 7_500, 10_000, 15_000, 30_000, 60_000,
] as const;
const COUNT = BOUNDS_MS.length + 1;
const each = (write: (bucket: number) => string): string => Array.from({ length: COUNT }, (_, bucket) => write(bucket)).join(", ");

/** SQL: the bucket of a load time, from 0. */
export const bucketOf = (column: string): string => `width_bucket(${column}, array[${BOUNDS_MS.join(", ")}])`;
/** SQL: the number of rows in each bucket. */
export const countBuckets = (bucket: string): string => `array[${each((at) => `count(*) filter (where ${bucket} = ${at})`)}]`;
/** SQL: the sum of the counts of many rows; rows without counts are ignored. */
export const sumBuckets = (column: string): string => `array[${each((at) => `coalesce(sum(${column}[${at + 1}]), 0)`)}]`;
/** SQL: the sum of two rows' counts, either of which may be null. */
export const addBuckets = (one: string, other: string): string =>
  `case when ${one} is null then ${other} when ${other} is null then ${one} else array[${each((at) => `${one}[${at + 1}] + ${other}[${at + 1}]`)}] end`;

/**
 * The load time in milliseconds that a share of the loads did not exceed. Times are taken as evenly distributed within a bucket.
 * @param share from 0 to 1
 * @param longestMs the longest measured time, the upper bound of the result
 */
export function percentile(counts: readonly number[], share: number, longestMs: number): number | undefined {
  let left = counts.reduce((sum, count) => sum + count, 0) * share;
  for (const [bucket, count] of counts.entries()) {
    if (count === 0 || count < left) {
      left -= count;
      continue;
    }
    const from = BOUNDS_MS[bucket - 1] ?? 0;
    const to = Math.max(from, Math.min(BOUNDS_MS[bucket] ?? longestMs, longestMs));
    return Math.round(from + ((to - from) * left) / count);
  }
  return undefined;
}
