import { sign } from "@dramac/lemon-squeezy-mock";
import type { Chance } from "./random.ts";

/** What a delivery says, whatever it says beside: two of one event are the same. */
export function eventKey(body: string): string {
  const { meta, data } = JSON.parse(body) as { meta: { event_name: string }; data: { type: string; id: string; attributes: Record<string, unknown> } };
  const { urls: _, ...attributes } = data.attributes;
  return JSON.stringify([meta.event_name, data.type, data.id, Object.entries(attributes).sort(([one], [other]) => (one < other ? -1 : 1))]);
}

/** What a delivery is about, as the audit names it. */
function subjectOf(body: string): string {
  const { type, id } = (JSON.parse(body) as { data: { type: string; id: string } }).data;
  return `${{ subscriptions: "subscription", orders: "order" }[type] ?? "invoice"} ${id}`;
}

const MAX_COPIES = 4;
const DROPPED = 0.1;
/** Of what is delivered: in a later part of the story. */
const LATE = 0.3;
const LATEST = 3;
/** Waits between attempts, as the provider keeps them; after the last the delivery is given up. */
const RETRY_AFTER_MS = [5_000, 25_000, 125_000];
const AT_ONCE = 6;

/** Takes what the provider says, and hands it on as the worst of posts would: some never, the rest once to four times, mixed, and late. */
export function createDeliveryShuffler(
  chance: Chance,
  { secret, ports, sleep }: { secret: string; ports: () => number[]; sleep: (ms: number) => Promise<void> },
) {
  const sacks: string[][] = [];
  const acknowledged = new Set<string>();
  const last = new Map<string, string>();
  const counts = { events: 0, dropped: 0, sent: 0, refused: 0, lost: 0 };

  function post(round: number, body: string): void {
    counts.events++;
    last.set(subjectOf(body), eventKey(body));
    if (chance.is(DROPPED)) return void counts.dropped++;
    for (let copies = 1 + chance.below(MAX_COPIES); copies > 0; copies--) {
      const when = round + (chance.is(LATE) ? 1 + chance.below(LATEST) : 0);
      (sacks[when] ??= []).push(withOtherName(body, chance));
    }
  }

  async function deliver(body: string): Promise<void> {
    for (const wait of [0, ...RETRY_AFTER_MS]) {
      if (wait) await sleep(wait);
      counts.sent++;
      if (await isTaken(body)) return void acknowledged.add(eventKey(body));
      counts.refused++;
    }
    counts.lost++;
  }

  async function isTaken(body: string): Promise<boolean> {
    const open = ports();
    if (!open.length) return false;
    const headers = { "content-type": "application/json", "x-signature": sign(body, secret), "x-event-name": "whatever" };
    return fetch(`http://127.0.0.1:${chance.pick(open)}/`, { method: "POST", headers, body, signal: AbortSignal.timeout(10_000) }).then(
      ({ status }) => status === 200,
      () => false,
    );
  }

  return {
    /** Events that were answered with 200. */
    acknowledged,
    /** Whether the last that happened to something was delivered, whatever else was not. */
    isTold: (subject: string): boolean => acknowledged.has(last.get(subject) ?? ""),
    counts,
    post,
    /** Whether anything is left for a round, or for one after it. */
    hasFor: (round: number) => sacks.slice(round).some((sack) => sack?.length),
    /** Delivers what is meant for a round. */
    async goRound(round: number): Promise<void> {
      const sack = chance.shuffled(sacks[round] ?? []);
      sacks[round] = [];
      const carriers = Array.from({ length: AT_ONCE }, async () => {
        for (let body = sack.pop(); body !== undefined; body = sack.pop()) await deliver(body);
      });
      await Promise.all(carriers);
    },
  };
}

/** As the provider sends an event once more: another name of the delivery, other signatures in its addresses. */
function withOtherName(body: string, chance: Chance): string {
  const { meta, data } = JSON.parse(body) as { meta: object; data: { attributes: Record<string, unknown> } };
  const urls = { ...(data.attributes.urls as object), signature: String(chance.below(1e9)) };
  return JSON.stringify({ meta: { ...meta, webhook_id: `w-${chance.below(1e9)}` }, data: { ...data, attributes: { ...data.attributes, urls } } });
}
