import { MonthSchema } from "@dramac/contracts";
import { missing } from "../../services/missing.ts";

/** A transaction that began in the month may still write into it after the month; none takes longer than this. */
const LATE_POSTING_MS = 3_600_000;

/** A calendar month in UTC: from `from`, before `until`. */
export interface Month {
  readonly month: string;
  readonly from: Date;
  readonly until: Date;
  /** The month has ended, and nothing can be posted into it any more. */
  readonly isFinal: boolean;
}

/** @throws ApiError `not_found` for an invalid month, or one that has not begun */
export function monthOf(text: string, now: Date): Month {
  if (!MonthSchema.safeParse(text).success) throw missing();
  const from = new Date(`${text}-01T00:00:00Z`);
  const until = new Date(from);
  until.setUTCMonth(until.getUTCMonth() + 1);
  if (from > now) throw missing();
  return { month: text, from, until, isFinal: until.getTime() + LATE_POSTING_MS <= now.getTime() };
}

/** All months since a moment, newest first; none if there is no moment. */
export function monthsSince(first: Date | null | undefined, now: Date): { month: string; isFinal: boolean }[] {
  const months: { month: string; isFinal: boolean }[] = [];
  if (!first) return months;
  for (const at = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth())); at <= now; at.setUTCMonth(at.getUTCMonth() + 1)) {
    const { month, isFinal } = monthOf(at.toISOString().slice(0, 7), now);
    months.unshift({ month, isFinal });
  }
  return months;
}
