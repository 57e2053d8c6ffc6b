import { createHmac, randomUUID } from "node:crypto";
import type { Clock } from "./clock.ts";
import type { Resource } from "./serialize.ts";
import type { Custom, Delivery, Mode, MockState } from "./types.ts";
import { applyFaults, type WebhookFault } from "./webhook-faults.ts";

/** A receiver of deliveries. Without a store or a mode it receives those of all stores or both modes. */
export interface WebhookTarget {
  readonly url: string;
  /** 6–40 characters. */
  readonly secret: string;
  readonly storeId?: number;
  readonly mode?: Mode;
}

export interface WebhookEvent {
  readonly event: string;
  readonly resource: Resource;
  readonly storeId: number;
  readonly mode: Mode;
  /** Orders and subscriptions have custom data; invoices have none. */
  readonly custom?: Custom;
}

/** Pauses after attempts that were not answered with 200. */
const RETRY_AFTER_MS = [5_000, 25_000, 125_000];
const TIMEOUT_MS = 10_000;
const MAX_STORED = 500;

export const sign = (body: string, secret: string): string => createHmac("sha256", secret).update(body).digest("hex");

/** Queues, signs and sends deliveries, and records every attempt. */
export function createWebhooks(state: MockState, clock: Clock, targets: WebhookTarget[], faults: WebhookFault[]) {
  /** Queues the events of one change, in the order of Lemon Squeezy. The body is written once, now. */
  function announce(events: readonly WebhookEvent[]): void {
    const drafts = events.map((event) => ({ ...event, delayMs: 0, isHeld: false, isForged: false }));
    for (const { event, resource, storeId, mode, custom, delayMs, isHeld, isForged } of applyFaults(faults, drafts)) {
      const webhookId = randomUUID();
      const hasCustom = custom !== undefined && Object.keys(custom).length > 0;
      const meta = { test_mode: mode === "test", event_name: event, webhook_id: webhookId, ...(hasCustom && { custom_data: custom }) };
      queue({ event, storeId, mode, webhookId, isForged, body: JSON.stringify({ meta, data: resource }) }, delayMs, isHeld);
    }
  }

  function queue(about: Omit<Delivery, "id" | "dueAt" | "state" | "attempts">, delayMs: number, isHeld: boolean): void {
    state.deliveries.push({ id: state.nextId++, ...about, dueAt: clock.now() + delayMs, state: isHeld ? "held" : "waiting", attempts: [] });
    const finished = state.deliveries.findIndex(({ state }) => state === "delivered" || state === "dropped");
    if (state.deliveries.length > MAX_STORED && finished >= 0) state.deliveries.splice(finished, 1);
  }

  const stopping = new AbortController();
  const targetOf = ({ storeId, mode }: Delivery) => targets.find((one) => (one.storeId ?? storeId) === storeId && (one.mode ?? mode) === mode);

  /** Makes one attempt. Only 200 is a success; 201, 202 and 204 are not. */
  async function attempt(delivery: Delivery): Promise<void> {
    const target = targetOf(delivery);
    const status = target ? await post(target, delivery, stopping.signal) : 0;
    // Aborted by `stop`: it is sent again after a restart.
    if (stopping.signal.aborted) return;
    delivery.attempts.push({ at: clock.now(), status });
    const delay = RETRY_AFTER_MS[delivery.attempts.length - 1];
    if (status === 200) delivery.state = "delivered";
    else if (delay === undefined || !target) delivery.state = "dropped";
    else delivery.dueAt = clock.now() + delay;
  }

  return {
    announce,
    attempt,
    /** Aborts the attempts that are under way. */
    stop: () => stopping.abort(),
    /** The next delivery to attempt, or all due ones if they are sent together. */
    next(): Delivery[] {
      const waiting = state.deliveries.filter(({ state }) => state === "waiting").sort((one, other) => one.dueAt - other.dueAt);
      const areTogether = faults.some(({ kind }) => kind === "together");
      return areTogether ? waiting.filter(({ dueAt }) => dueAt <= Math.max(waiting[0]?.dueAt ?? 0, clock.now())) : waiting.slice(0, 1);
    },
    /** Sends the held deliveries now. @param order changes their order */
    release(order: (held: readonly Delivery[]) => readonly Delivery[] = (held) => held): void {
      const held = order(state.deliveries.filter(({ state }) => state === "held"));
      for (const delivery of held) state.deliveries.splice(state.deliveries.indexOf(delivery), 1);
      for (const delivery of held) state.deliveries.push({ ...delivery, state: "waiting", dueAt: clock.now() });
    },
    /** Sends an event again: the same data, another webhook_id. */
    repeat({ body, ...delivery }: Delivery): void {
      const webhookId = randomUUID();
      const { meta, data } = JSON.parse(body) as { meta: object; data: unknown };
      const { event, storeId, mode, isForged } = delivery;
      queue({ event, storeId, mode, isForged, webhookId, body: JSON.stringify({ meta: { ...meta, webhook_id: webhookId }, data }) }, 0, false);
    },
  };
}

export type Webhooks = ReturnType<typeof createWebhooks>;

async function post({ url, secret }: WebhookTarget, { body, event, isForged }: Delivery, stopping: AbortSignal): Promise<number> {
  const signature = sign(body, isForged ? `not-${secret}` : secret);
  try {
    const headers = { "content-type": "application/json", "x-signature": signature, "x-event-name": event, "user-agent": "LemonSqueezyMock" };
    const response = await fetch(url, {
      method: "POST",
      headers,
      body,
      redirect: "manual",
      signal: AbortSignal.any([stopping, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    await response.arrayBuffer();
    return response.status;
  } catch {
    return 0;
  }
}
