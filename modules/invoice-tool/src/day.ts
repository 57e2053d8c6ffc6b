/** Today as an ISO date, in the member's time zone. */
export function today(now: Date, timeZone: string): string {
  const part = new Map(
    new Intl.DateTimeFormat("en", { timeZone, year: "numeric", month: "2-digit", day: "2-digit" }).formatToParts(now).map(({ type, value }) => [type, value]),
  );
  return `${part.get("year")}-${part.get("month")}-${part.get("day")}`;
}

export function addDays(day: string, days: number): string {
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() + days);
  return date.toISOString().slice(0, 10);
}

/** Formats an ISO date. It is read and formatted in UTC, so that no time zone changes the day. */
export const formatDay = (day: string, locale: string | undefined): string =>
  new Date(`${day}T00:00:00Z`).toLocaleDateString(locale, { timeZone: "UTC", year: "numeric", month: "short", day: "numeric" });
