import type { EntitlementReason } from "@dramac/contracts";
import { html } from "hono/html";
import type { Html } from "../page.ts";

type Tone = "good" | "wait" | "bad" | "plain";

/** The label of each status, and its tone. */
const STATUS_LABELS: Readonly<Record<EntitlementReason, readonly [Tone, string]>> = {
  free: ["good", "Free"],
  trial: ["good", "On trial"],
  paid: ["good", "Paid"],
  granted: ["good", "Granted"],
  unconfirmed: ["wait", "Renewal awaited"],
  past_due: ["wait", "Payment overdue"],
  grace: ["wait", "Payment missed"],
  cancelled: ["wait", "Cancelled, still running"],
  paused_free: ["good", "Payments paused"],
  over_limit: ["wait", "Over its limit"],
  none: ["plain", "Not subscribed"],
  pending: ["plain", "Not paid for yet"],
  unpaid: ["bad", "Stopped: not paid"],
  paused: ["bad", "Paused"],
  ended: ["bad", "Ended"],
  expired: ["bad", "Ended"],
  refunded: ["bad", "Stopped: refunded"],
  fraudulent: ["bad", "Stopped: reported as fraud"],
  trial_over: ["bad", "Trial over"],
  suspended: ["bad", "Suspended"],
};

export const statusLabel = (reason: EntitlementReason): string => STATUS_LABELS[reason][1];

/** The label with a colour. The colour only repeats what the label says. */
export function pill(reason: EntitlementReason): Html {
  const [tone, label] = STATUS_LABELS[reason];
  return html`<span class="pill ${tone}">${label}</span>`;
}

/** Formats an amount of minor units. */
export function money(amount: number, currency: string): string {
  const format = new Intl.NumberFormat("en-GB", { style: "currency", currency });
  return format.format(amount / 10 ** (format.resolvedOptions().maximumFractionDigits ?? 2));
}

const CYCLES = { monthly: "a month", yearly: "a year", one_time: "once" } as const;
export type Cycle = keyof typeof CYCLES;
export const per = (cycle: Cycle): string => CYCLES[cycle];

const DAY = new Intl.DateTimeFormat("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
const MOMENT = new Intl.DateTimeFormat("en-GB", { dateStyle: "medium", timeStyle: "short", timeZone: "UTC" });

export const day = (instant: string): Html => html`<time datetime="${instant}">${DAY.format(new Date(instant))}</time>`;
export const moment = (instant: string): Html => html`<time datetime="${instant}">${MOMENT.format(new Date(instant))} UTC</time>`;

export const count = (number: number, one: string, many = `${one}s`): string => `${number} ${number === 1 ? one : many}`;
