/** What goes wrong with deliveries. A fault without `times` stays until it is taken away; without `events` it meets every event. */
export type WebhookFault = { readonly events?: readonly string[]; times?: number } & (
  | { readonly kind: "drop" }
  /** Kept until `release`. */
  | { readonly kind: "hold" }
  | { readonly kind: "delay"; readonly ms: number }
  /** The same once more, with another webhook_id. */
  | { readonly kind: "repeat" }
  /** What happened at once arrives last first. */
  | { readonly kind: "reverse" }
  /** One more, signed with another secret. */
  | { readonly kind: "forge" }
  /** What is due is sent at once and side by side, instead of one after the other. */
  | { readonly kind: "together" }
);

/** One delivery to be, before it has a number. */
export interface Draft {
  readonly event: string;
  readonly delayMs: number;
  readonly isHeld: boolean;
  readonly isForged: boolean;
}

/** What is really sent of the events of one happening. Uses up the faults that are counted. */
export function applyFaults<Event extends Draft>(faults: WebhookFault[], happening: readonly Event[]): Event[] {
  const isReversed = happening.some(({ event }) => use(faults, "reverse", event) !== undefined);
  const drafts = happening.flatMap((draft) => {
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
