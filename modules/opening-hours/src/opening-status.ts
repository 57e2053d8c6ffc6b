import { DAYS, type Day, type LocalTime, type Span, type Week } from "./week.ts";

/** Whether it is open, and when that changes next. */
export type OpeningStatus =
  | { readonly isOpen: true; readonly until: string }
  /** `inDays` 0 means today. `opens` is missing when it does not open within 14 days. */
  | { readonly isOpen: false; readonly opens?: { readonly day: Day; readonly inDays: number; readonly at: string } };

const DAY_MS = 86_400_000;
const LOOKED_AHEAD_DAYS = 14;

const dateAfter = (date: string, days: number): string => new Date(Date.parse(`${date}T00:00:00Z`) + days * DAY_MS).toISOString().slice(0, 10);

/** The hours of a day, earliest first; none on a day of `closedOn`. Times like "07:00" can be compared as strings. */
function spansOf(week: Week, day: Day, date: string, closedOn: readonly string[]): Span[] {
  if (closedOn.includes(date)) return [];
  return [...(week[day] ?? [])].filter(([from, until]) => from < until).sort(([one], [other]) => (one < other ? -1 : 1));
}

/** Computes the opening status at a local time. */
export function openingStatusAt(week: Week, closedOn: readonly string[], { day, date, time }: LocalTime): OpeningStatus {
  for (let inDays = 0; inDays <= LOOKED_AHEAD_DAYS; inDays++) {
    const then = DAYS[(DAYS.indexOf(day) + inDays) % DAYS.length] as Day;
    const spans = spansOf(week, then, dateAfter(date, inDays), closedOn);
    for (const [from, until] of spans) {
      if (inDays > 0 || time < from) return { isOpen: false, opens: { day: then, inDays, at: from } };
      if (time < until) return { isOpen: true, until: endOf(spans, until) };
    }
  }
  return { isOpen: false };
}

/** The end of an opening: spans that touch or overlap count as one. */
function endOf(spans: readonly Span[], until: string): string {
  let end = until;
  for (const [from, next] of spans) if (from <= end && next > end) end = next;
  return end;
}
