import type { Chance } from "./random.ts";

interface Event {
  readonly meta: { readonly event_name: string };
  readonly data: { readonly type: string; readonly id: string; readonly attributes: Readonly<Record<string, unknown>> };
}
const read = (body: string): Event => JSON.parse(body) as Event;

/** Identifies an event: two deliveries of one event have the same key, although their ids and signed addresses differ. */
export function eventKey(body: string): string {
  const { meta, data } = read(body);
  const { urls: _, ...attributes } = data.attributes;
  return JSON.stringify([meta.event_name, data.type, data.id, Object.entries(attributes).sort(([one], [other]) => (one < other ? -1 : 1))]);
}

/** An event for the event log: without ids that are random in each run. */
export function describeEvent(body: string): string {
  const { meta, data } = read(body);
  return [meta.event_name, data.id, data.attributes.status, data.attributes.updated_at, data.attributes.refunded_amount].join(" ");
}

/** The resource of a delivery, as the audit log names it. */
function subjectOf(body: string): string {
  const { type, id } = read(body).data;
  return `${{ subscriptions: "subscription", orders: "order" }[type] ?? "invoice"} ${id}`;
}

const MAX_COPIES = 4;
const DROPPED_SHARE = 0.1;
/** Of the copies: delivered in a later round. */
const LATE_SHARE = 0.3;
const MAX_ROUNDS_LATE = 3;

/** Drops, copies, delays and shuffles the provider's events, as an unreliable network would. */
export function createDeliveryShuffler(chance: Chance) {
  const rounds: string[][] = [];
  const acknowledged = new Set<string>();
  const last = new Map<string, string>();
  const counts = { events: 0, dropped: 0 };

  return {
    /** Keys of the events that were answered with 200. */
    acknowledged,
    /** Whether the last event of a subject was delivered. */
    isLastDelivered: (subject: string): boolean => acknowledged.has(last.get(subject) ?? ""),
    counts,
    /** Takes an event of the provider, and plans its deliveries. */
    add(round: number, body: string): void {
      counts.events++;
      last.set(subjectOf(body), eventKey(body));
      if (chance.is(DROPPED_SHARE)) return void counts.dropped++;
      for (let copies = 1 + chance.below(MAX_COPIES); copies > 0; copies--) {
        const when = round + (chance.is(LATE_SHARE) ? 1 + chance.below(MAX_ROUNDS_LATE) : 0);
        (rounds[when] ??= []).push(withOtherIds(body, chance));
      }
    },
    /** Whether deliveries are planned for this round or a later one. */
    hasFrom: (round: number): boolean => rounds.slice(round).some((bodies) => bodies?.length),
    /** The deliveries of a round, in the order in which they arrive. */
    take(round: number): string[] {
      const bodies = chance.shuffled(rounds[round] ?? []);
      rounds[round] = [];
      return bodies;
    },
  };
}

export type DeliveryShuffler = ReturnType<typeof createDeliveryShuffler>;

/** The provider sends an event again with another id of the delivery and other signatures in its addresses. */
function withOtherIds(body: string, chance: Chance): string {
  const { meta, data } = read(body);
  const urls = { ...(data.attributes.urls as object), signature: String(chance.below(1e9)) };
  return JSON.stringify({ meta: { ...meta, webhook_id: `w-${chance.below(1e9)}` }, data: { ...data, attributes: { ...data.attributes, urls } } });
}
