import type { Interval } from "./types.ts";

/** The stand-in's time. It only goes forward. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number;
  /** Whole seconds: all that Lemon Squeezy tells of a moment. */
  second(): number;
  /** A moment that has passed already changes nothing. */
  moveTo(moment: number): void;
  /** How far it is ahead of the machine's. */
  offsetMs(): number;
  /** Whether it goes by itself. */
  readonly isRunning: boolean;
}

/** @param start where it stands still until it is moved; without, it is the machine's clock, which can be put forward */
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

/** One interval later on the anchor's day of the month, or on the month's last day where it has no such day. */
export function addInterval(moment: number, interval: Interval, anchor: number): number {
  const from = new Date(moment);
  const month = from.getUTCMonth() + (interval === "month" ? 1 : 12);
  const lastDay = new Date(Date.UTC(from.getUTCFullYear(), month + 1, 0)).getUTCDate();
  const next = new Date(moment);
  next.setUTCMonth(month, Math.min(anchor, lastDay));
  return next.getTime();
}
