export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Day = (typeof DAYS)[number];

/** A span of one day on a 24-hour clock, for example "07:00" to "16:00". "24:00" is the end of the day. */
export type Span = readonly [from: string, until: string];
export type Week = Readonly<Partial<Record<Day, readonly Span[]>>>;

/** A moment in the business's time zone. */
export interface LocalTime {
  readonly day: Day;
  /** "2026-12-24". */
  readonly date: string;
  /** "09:05". */
  readonly time: string;
}

/** @param timeZone an IANA name; an unknown one is read as UTC */
export function localTimeOf(now: Date, timeZone: string): LocalTime {
  const options = { weekday: "short", year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23" } as const;
  const parts = partsOf(now, options, timeZone) ?? partsOf(now, options, "UTC");
  const part = (type: string) => parts?.find((one) => one.type === type)?.value ?? "";
  return {
    day: part("weekday").toLowerCase() as Day,
    date: `${part("year")}-${part("month")}-${part("day")}`,
    time: `${part("hour")}:${part("minute")}`,
  };
}

function partsOf(now: Date, options: Intl.DateTimeFormatOptions, timeZone: string): Intl.DateTimeFormatPart[] | undefined {
  try {
    return new Intl.DateTimeFormat("en-US", { ...options, timeZone }).formatToParts(now);
  } catch {
    return undefined;
  }
}
