import type { UsageStep } from "@dramac/contracts";
import { ApiError } from "../http/api-error.ts";
import type { DayRange } from "./usage-summary.ts";

const DAY_MS = 86_400_000;
/** The longest range of a query, and the range of a query that names no days. */
const MAX_DAYS = { day: 92, hour: 7 } as const;
const DEFAULT_DAYS = { day: 28, hour: 2 } as const;
/** There is no usage before this day. */
const OLDEST = "2020-01-01";

const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

function invalid(path: string, message: string): ApiError {
  return new ApiError("validation_failed", `1 issue(s); first at ${path}: ${message}.`, { faults: [{ path, message }] });
}

/** The days of a query. @throws ApiError `validation_failed` when there are none or too many, or when they are in the future */
export function rangeOf(query: { from?: string | undefined; to?: string | undefined }, step: UsageStep = "day", now: number = Date.now()): DayRange {
  // Clocks of visitors may be ahead, so events may have tomorrow's date.
  const latest = dayOf(now + DAY_MS);
  const to = query.to ?? dayOf(now);
  if (to > latest) throw invalid("/to", `is after ${latest}`);
  if (to < OLDEST) throw invalid("/to", `is before ${OLDEST}`);
  const from = query.from ?? dayOf(Date.parse(to) - (DEFAULT_DAYS[step] - 1) * DAY_MS);
  if (from > to) throw invalid("/from", `is after ${to}, where it ends`);
  if ((Date.parse(to) - Date.parse(from)) / DAY_MS >= MAX_DAYS[step])
    throw invalid("/from", `is more than ${MAX_DAYS[step]} days before ${to}: ask for less, by ${step}`);
  return { from, to };
}
