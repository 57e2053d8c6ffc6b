import type { Interval } from "./types.ts";

/** The clock of the mock. It only moves forward. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** The time in whole seconds, as milliseconds since 1970. Lemon Squeezy reports no fractions. */
  second(): number;
  /** Moves forward to a moment; a moment in the past changes nothing. */
  moveTo(moment: number): void;
  /** How far it is ahead of the machine's clock. */
  offsetMs(): number;
  /** Whether time passes without `moveTo`. */
  readonly isRunning: boolean;
}

/** @param start the moment at which the clock is stopped until it is moved. Without it the clock follows the machine's, and can be moved forward */
export function createClock(start: Date | undefined, offset: number): Clock {
  let offsetMs = offset;
  let frozenAt = start?.getTime();
  const now = () => frozenAt ?? Date.now() + offsetMs;
  return {
    now,
    second: () => Math.floor(now() / 1_000) * 1_000,
    moveTo(moment) {
      const ahead = Math.max(0, moment - now());
      if (frozenAt === undefined) offsetMs += ahead;
      else frozenAt += ahead;
    },
    offsetMs: () => offsetMs,
    isRunning: start === undefined,
  };
}

/** The moment one interval later, on the anchor's day of the month or on the last day of a shorter month. */
export function addInterval(moment: number, interval: Interval, anchor: number): number {
  const from = new Date(moment);
  const month = from.getUTCMonth() + (interval === "month" ? 1 : 12);
  const lastDay = new Date(Date.UTC(from.getUTCFullYear(), month + 1, 0)).getUTCDate();
  const next = new Date(moment);
  next.setUTCMonth(month, Math.min(anchor, lastDay));
  return next.getTime();
}
