import { createHmac, randomUUID } from "node:crypto";
import type { Clock } from "./clock.ts";
import type { Resource } from "./serialize.ts";
import type { Custom, Delivery, Mode, MockState } from "./types.ts";
import { applyFaults, type WebhookFault } from "./webhook-faults.ts";

/** Whom deliveries go to. Without store or mode: those of every store and of both modes. */
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
  /** Of orders and subscriptions; invoices carry none. */
  readonly custom?: Custom;
}

/** After a delivery that was not answered with exactly 200. */
const RETRY_AFTER_MS = [5_000, 25_000, 125_000];
const TIMEOUT_MS = 10_000;
const MAX_STORED = 500;

export const sign = (body: string, secret: string): string => createHmac("sha256", secret).update(body).digest("hex");

/** Queues, signs and delivers; what comes of each attempt stands in the log. */
export function createWebhooks(state: MockState, clock: Clock, targets: WebhookTarget[], faults: WebhookFault[]) {
  /** Events of one happening, in the order in which Lemon Squeezy would send them. The body is made now, and never again. */
  function announce(happenings: readonly WebhookEvent[]): void {
    const drafts = happenings.map((happening) => ({ ...happening, delayMs: 0, isHeld: false, isForged: false }));
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

  /** One attempt. Only a 200 counts; 201, 202 and 204 do not. */
  async function attempt(delivery: Delivery): Promise<void> {
    const target = targetOf(delivery);
    const status = target ? await post(target, delivery, stopping.signal) : 0;
    // Cut off by us: it is sent again after a restart.
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
    /** Waits for nobody any more. */
    stop: () => stopping.abort(),
    /** What is to be attempted next: one delivery, or all that are due with it where they go out together. */
    next(): Delivery[] {
      const waiting = state.deliveries.filter(({ state }) => state === "waiting").sort((one, other) => one.dueAt - other.dueAt);
      const areTogether = faults.some(({ kind }) => kind === "together");
      return areTogether ? waiting.filter(({ dueAt }) => dueAt <= Math.max(waiting[0]?.dueAt ?? 0, clock.now())) : waiting.slice(0, 1);
    },
    /** What was held goes out now. @param order of their numbers; as they came unless given */
    release(order: (held: readonly Delivery[]) => readonly Delivery[] = (held) => held): void {
      const held = order(state.deliveries.filter(({ state }) => state === "held"));
      for (const delivery of held) state.deliveries.splice(state.deliveries.indexOf(delivery), 1);
      for (const delivery of held) state.deliveries.push({ ...delivery, state: "waiting", dueAt: clock.now() });
    },
    /** The same event once more: the same data, another webhook_id. */
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
    const headers = { "content-type": "application/json", "x-signature": signature, "x-event-name": event, "user-agent": "LemonStand" };
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
