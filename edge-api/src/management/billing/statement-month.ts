import { MonthSchema } from "@dramac/contracts";
import { missing } from "../../services/missing.ts";

/** A transaction that began in the month writes into it until it ends; none lasts as long. */
const LATE_POSTING_MS = 3_600_000;

/** A month, from its first moment to the first of the next one, UTC. */
export interface Month {
  readonly month: string;
  readonly from: Date;
  readonly until: Date;
  /** Whether it is over, so that nothing is posted into it any more. */
  readonly isFinal: boolean;
}

/** @throws ApiError `not_found` for what is no month, or has not begun */
export function monthOf(text: string, now: number = Date.now()): Month {
  if (!MonthSchema.safeParse(text).success) throw missing();
  const from = new Date(`${text}-01T00:00:00Z`);
  const until = new Date(from);
  until.setUTCMonth(until.getUTCMonth() + 1);
  if (from.getTime() > now) throw missing();
  return { month: text, from, until, isFinal: until.getTime() + LATE_POSTING_MS <= now };
}

/** Every month since a moment, newest first; none without one. */
export function monthsSince(first: Date | null | undefined, now: number = Date.now()): { month: string; isFinal: boolean }[] {
  const months: { month: string; isFinal: boolean }[] = [];
  if (!first) return months;
  for (const at = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth())); at.getTime() <= now; at.setUTCMonth(at.getUTCMonth() + 1)) {
    const { month, isFinal } = monthOf(at.toISOString().slice(0, 7), now);
    months.unshift({ month, isFinal });
  }
  return months;
}
