import { getLogger } from "@logtape/logtape";
import type { Database, Tx } from "../../db/database.ts";
import { createPoller } from "../../services/create-poller.ts";
import type { BillingCounters } from "../counters.ts";
import { applySnapshot, type Snapshot } from "../effects/apply-snapshot.ts";
import { type EffectContext, MissingResourceError } from "../effects/effect-context.ts";
import { type BillingProvider, BillingRefused, BillingUnavailable } from "../provider.ts";
import { fetchSnapshot, parseSnapshot } from "../provider-snapshot.ts";
import { claimDeliveries, type DeliveryGroup, markDone, lockOpenDeliveries, wakeWaiting } from "./claim-deliveries.ts";
import { scheduleRetry } from "./schedule-retry.ts";

const EVERY_MS = 1_000;
/** An invoice hangs on a subscription, which hangs on an order. */
const MAX_PARENTS = 3;

export interface InboxServices {
  readonly database: Database;
  readonly provider: BillingProvider;
  readonly counts: BillingCounters;
  readonly clock: () => number;
}

/**
 * Works deliveries off, any number of nodes at once. A delivery is a hint: the provider is asked how the resource stands, once for all
 * that waits of it; what a delivery says itself counts only while the provider cannot be reached. The effect and "done" are one
 * transaction: whoever dies in between has done nothing.
 */
export function createInboxWorker({ database, provider, counts, clock }: InboxServices) {
  const logger = getLogger(["dramac", "billing"]);

  async function processGroup(group: DeliveryGroup): Promise<void> {
    const known = await fetchSnapshots(group);
    for (let depth = 0; ; depth++) {
      try {
        await applySnapshots(group, known);
        counts.add("done", group.rows.length);
        return;
      } catch (error) {
        const parent = error instanceof MissingResourceError && depth < MAX_PARENTS ? await fetchMissing(error, group) : undefined;
        if (parent) known.unshift(parent);
        else return scheduleRetry({ database, counts, clock }, group, error as Error);
      }
    }
  }

  /** What the provider says; what the deliveries say, oldest first, when it cannot be reached or knows nothing of it. */
  async function fetchSnapshots({ kind, id, mode, rows }: DeliveryGroup): Promise<{ snapshot: Snapshot; isFetched: boolean }[]> {
    const fetched = await fetchSnapshot(provider, kind, id, mode).catch((error: unknown) => {
      // Refused as well: a key that was taken away is no reason to lose what is paid for.
      if (error instanceof BillingUnavailable || error instanceof BillingRefused) return undefined;
      throw error;
    });
    if (fetched) return [{ snapshot: fetched, isFetched: true }];
    const told = rows.map(({ raw }) => parseSnapshot(kind, raw)).sort((one, other) => (one.resource.updatedAt < other.resource.updatedAt ? -1 : 1));
    return told.map((snapshot) => ({ snapshot, isFetched: false }));
  }

  async function fetchMissing({ kind, id }: MissingResourceError, { mode }: DeliveryGroup): Promise<{ snapshot: Snapshot; isFetched: boolean } | undefined> {
    const snapshot = await fetchSnapshot(provider, kind, id, mode).catch(() => undefined);
    return snapshot && { snapshot, isFetched: true };
  }

  function applySnapshots(group: DeliveryGroup, known: readonly { snapshot: Snapshot; isFetched: boolean }[]): Promise<void> {
    const now = new Date(clock());
    const alerts: [code: string, detail: string][] = [];
    return database
      .withPlatform("billing effect", async (tx: Tx) => {
        const open = await lockOpenDeliveries(tx, group);
        if (!open.length) return;
        const intentId = group.rows.find((row) => row.intentId !== null)?.intentId ?? undefined;
        const cause = { kind: "webhook", id: group.rows[0]?.id ?? null, detail: group.rows.map(({ event }) => event).join(", ") } as const;
        const context: EffectContext = { tx, provider: provider.name, mode: group.mode, cause, now, alert: (...alert) => alerts.push(alert) };
        const outcomes: string[] = [];
        for (const { snapshot, isFetched } of known) {
          const outcome = await applySnapshot(context, snapshot, { isFetched, intentId });
          if (snapshot.kind === group.kind) outcomes.push(outcome ?? "It was known already.");
        }
        await markDone(tx, open, outcomes.at(-1) ?? "", now);
        await wakeWaiting(tx, { intentId, known: known.map(({ snapshot }) => ({ kind: snapshot.kind, id: snapshot.resource.id })) }, now);
      })
      .then(() => {
        for (const [code, detail] of alerts) {
          counts.add("refused");
          logger.error(`${code}: {detail}`, { detail });
        }
      });
  }

  /**
   * Works on everything that is due now.
   * @param begin is waited for before each resource
   * @returns how many resources were looked at
   */
  async function processDue(shouldStop: () => boolean = () => false, begin?: () => Promise<void>): Promise<number> {
    let done = 0;
    for (; ; done++) {
      await begin?.();
      if (shouldStop()) break;
      const group = await claimDeliveries(database, new Date(clock()));
      if (!group) break;
      await processGroup(group).catch((error: Error) => scheduleRetry({ database, counts, clock }, group, error));
    }
    return done;
  }

  return { workOff: processDue };
}

/**
 * Has a worker look for what is due every second, and when it is told.
 * @param begin is waited for before each resource
 */
export function startInboxWorker(services: InboxServices, { everyMs = EVERY_MS, begin }: { everyMs?: number; begin?: () => Promise<void> } = {}) {
  const logger = getLogger(["dramac", "billing"]);
  const { workOff } = createInboxWorker(services);
  return createPoller((shouldStop) => workOff(shouldStop, begin), {
    everyMs,
    onError: (error) => logger.warn("billing inbox: {error}", { error: error.message }),
  });
}
