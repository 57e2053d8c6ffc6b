import { ENTITLEMENT_REASONS, type EntitlementSchema } from "@dramac/contracts";
import type { z } from "zod";

type Explained = z.output<typeof EntitlementSchema>;
type Cause = Explained["causes"][number];

/** Turns a sentence into a part of another one. */
const part = (sentence: string): string => `${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`.replace(/\.$/, "");
const moment = (iso: string): string => `${iso.slice(0, 16).replace("T", " ")} UTC`;
const eventOf = ({ kind, id, detail }: Cause): string => `${detail ?? kind}${kind === "webhook" && id ? ` (delivery ${id})` : ""}`;

/** One sentence: whether it may run, why, which event caused that, until when, and what would change it. */
export function sentenceOf({ isAllowed, reason, validUntil, next, remedy, causes }: Explained): string {
  const [last] = causes;
  const parts = [`it ${isAllowed ? "may run" : "may not run"}, because ${part(ENTITLEMENT_REASONS[reason])}`];
  if (last) parts.push(`since ${eventOf(last)} on ${moment(last.at)}`);
  else parts.push("and the event that caused it is not known");
  if (validUntil && next)
    parts.push(`until ${moment(validUntil)}, when ${next === reason ? "it is checked again" : `the answer becomes "${part(ENTITLEMENT_REASONS[next])}"`}`);
  else parts.push("until someone acts");
  return `${parts.join(", ")}; what would change it: ${remedy ? part(remedy) : isAllowed ? "a cancellation, a refund, or a payment that fails" : "nothing from here"}.`;
}

/** One line of the history. */
export const historyLine = (cause: Cause): string =>
  `  ${moment(cause.at)}  ${cause.status.padEnd(9)}  ${cause.isAllowed ? "runs" : "does not run"}: ${part(ENTITLEMENT_REASONS[cause.reason])}; ${eventOf(cause)}`;
