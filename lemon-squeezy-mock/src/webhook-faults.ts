/** An injected fault of deliveries. Without `times` it stays until it is removed; without `events` it applies to every event. */
export type WebhookFault = { readonly events?: readonly string[]; times?: number } & (
  | { readonly kind: "drop" }
  /** Kept until `release`. */
  | { readonly kind: "hold" }
  | { readonly kind: "delay"; readonly ms: number }
  /** Sends it twice, with different webhook_ids. */
  | { readonly kind: "repeat" }
  /** Sends the events of one change in reverse order. */
  | { readonly kind: "reverse" }
  /** Sends another copy, signed with another secret. */
  | { readonly kind: "forge" }
  /** Sends all due deliveries at the same time, instead of one after the other. */
  | { readonly kind: "together" }
);

/** A delivery before it is queued. */
export interface Draft {
  readonly event: string;
  readonly delayMs: number;
  readonly isHeld: boolean;
  readonly isForged: boolean;
}

/** Applies the faults to the events of one change, and counts the faults down. @returns what is sent */
export function applyFaults<Event extends Draft>(faults: WebhookFault[], events: readonly Event[]): Event[] {
  const isReversed = events.some(({ event }) => use(faults, "reverse", event) !== undefined);
  const drafts = events.flatMap((draft) => {
    const { event } = draft;
    if (use(faults, "drop", event)) return [];
    const delay = use(faults, "delay", event);
    const late = { ...draft, delayMs: delay?.ms ?? 0, isHeld: use(faults, "hold", event) !== undefined };
    const repeated = use(faults, "repeat", event) ? [{ ...late }] : [];
    const forged = use(faults, "forge", event) ? [{ ...late, isForged: true }] : [];
    return [...forged, late, ...repeated];
  });
  return isReversed ? drafts.reverse() : drafts;
}

function use<Kind extends WebhookFault["kind"]>(faults: WebhookFault[], kind: Kind, event: string) {
  const fault = faults.find((one) => one.kind === kind && (one.events?.includes(event) ?? true));
  if (fault?.times !== undefined && --fault.times <= 0) faults.splice(faults.indexOf(fault), 1);
  return fault as Extract<WebhookFault, { kind: Kind }> | undefined;
}
