/** Formats the time of a message, with its day unless that is today. */
export function formatTime(at: string, now: Date, locale: string | undefined, timeZone: string): string {
  const date = new Date(at);
  const day = (one: Date) => one.toLocaleDateString("en", { timeZone });
  return date.toLocaleString(locale, {
    timeZone,
    hour: "2-digit",
    minute: "2-digit",
    ...(day(date) !== day(now) && { day: "numeric", month: "short" }),
  });
}
