import type { OpeningStatus } from "./opening-status.ts";
import { DAYS, type Day, type Span } from "./week.ts";

/** Any Monday: the names of the week's days are formatted from it. */
const MONDAY = Date.UTC(2026, 0, 5);
const DAY_MS = 86_400_000;

export const nameOf = (day: Day, locale: string): string =>
  new Intl.DateTimeFormat(locale, { weekday: "long", timeZone: "UTC" }).format(MONDAY + DAYS.indexOf(day) * DAY_MS);

/** Formats a time like "07:00" for a language. */
function timeIn(time: string, locale: string): string {
  const [hour = 0, minute = 0] = time.split(":").map(Number);
  return new Intl.DateTimeFormat(locale, { timeStyle: "short", timeZone: "UTC" }).format(Date.UTC(2026, 0, 5, hour, minute));
}

export const spansIn = (spans: readonly Span[], locale: string): string =>
  spans.length ? spans.map(([from, until]) => `${timeIn(from, locale)} – ${timeIn(until, locale)}`).join(", ") : "Closed";

/** The opening status as one sentence. */
export function sentenceOf(status: OpeningStatus, locale: string): string {
  if (status.isOpen) return `Open now, until ${status.until === "24:00" ? "midnight" : timeIn(status.until, locale)}`;
  const { opens } = status;
  if (!opens) return "Closed at the moment";
  const { day, inDays, at } = opens;
  const when = inDays === 0 ? "today" : inDays === 1 ? "tomorrow" : inDays < 7 ? `on ${nameOf(day, locale)}` : `on ${nameOf(day, locale)} next week`;
  return `Closed now, opens ${when} at ${timeIn(at, locale)}`;
}
