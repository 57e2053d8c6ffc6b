import { getLogger } from "@logtape/logtape";
import type { Database } from "../../db/database.ts";
import { createPoller } from "../../services/create-poller.ts";
import type { BillingCounters } from "../counters.ts";
import { type AppliedResource, applySnapshot, type SnapshotResult } from "../effects/apply-snapshot.ts";
import type { EffectContext } from "../effects/effect-context.ts";
import { type BillingProvider, BillingRefused, BillingUnavailable, type ResourceKind, type Snapshot } from "../provider.ts";
import { fetchSnapshot } from "../provider-snapshot.ts";
import { claimDeliveries, type DeliveryGroup, lockOpenDeliveries, markDone, wakeWaiting } from "./claim-deliveries.ts";
import { scheduleRetry } from "./schedule-retry.ts";

const EVERY_MS = 1_000;
/** An invoice depends on a subscription, which depends on an order. */
const MAX_PARENTS = 3;

export interface InboxServices {
  readonly database: Database;
  readonly provider: BillingProvider;
  readonly counts: BillingCounters;
  readonly clock: () => number;
}

/** A state to apply, and whether it was read from the provider just now. */
interface KnownSnapshot {
  readonly snapshot: Snapshot;
  readonly isFetched: boolean;
}

/**
 * Processes stored deliveries; any number of nodes may do so at once. A delivery is a hint: the provider is asked for the present state
 * of the resource, once for all deliveries about it. The state in a delivery's own body counts only while the provider cannot be
 * asked. The effects and the status "done" are one transaction, so a node that dies in between has changed nothing.
 */
export function createInboxWorker({ database, provider, counts, clock }: InboxServices) {
  const logger = getLogger(["dramac", "billing"]);

  async function processGroup(group: DeliveryGroup): Promise<void> {
    const known = await findSnapshots(group);
    for (let parents = 0; ; parents++) {
      const waitsFor = await applyAll(group, known);
      if (!waitsFor) return counts.add("done", group.rows.length);
      const parent = parents < MAX_PARENTS ? await fetchParent(waitsFor, group) : undefined;
      if (!parent) return scheduleRetry({ database, counts, clock }, group, { waitsFor });
      known.unshift(parent);
    }
  }

  /** The present state from the provider. If it cannot be asked or has no such resource: the states in the deliveries, oldest first. */
  async function findSnapshots({ kind, id, mode, rows }: DeliveryGroup): Promise<KnownSnapshot[]> {
    const fetched = await fetchSnapshot(provider, kind, id, mode).catch((error: unknown) => {
      // BillingRefused too: a revoked API key must not stop what customers paid for.
      if (error instanceof BillingUnavailable || error instanceof BillingRefused) return undefined;
      throw error;
    });
    if (fetched) return [{ snapshot: fetched, isFetched: true }];
    return rows
      .map(({ raw }) => provider.webhooks.readSnapshot(kind, raw))
      .sort((one, other) => (one.resource.updatedAt < other.resource.updatedAt ? -1 : 1))
      .map((snapshot) => ({ snapshot, isFetched: false }));
  }

  async function fetchParent({ kind, id }: { kind: ResourceKind; id: string }, { mode }: DeliveryGroup): Promise<KnownSnapshot | undefined> {
    const snapshot = await fetchSnapshot(provider, kind, id, mode).catch(() => undefined);
    return snapshot && { snapshot, isFetched: true };
  }

  /** Applies the snapshots and marks the deliveries done, unless a parent is missing. @returns the missing parent */
  async function applyAll(group: DeliveryGroup, known: readonly KnownSnapshot[]): Promise<SnapshotResult["waitsFor"]> {
    const now = new Date(clock());
    const alerts: [code: string, detail: string][] = [];
    const waitsFor = await database.withPlatform("billing effect", async (tx) => {
      const open = await lockOpenDeliveries(tx, group);
      if (!open.length) return undefined;
      const intentId = group.rows.find((row) => row.intentId !== null)?.intentId ?? undefined;
      const cause = { kind: "webhook", id: group.rows[0]?.id ?? null, detail: group.rows.map(({ event }) => event).join(", ") } as const;
      const context: EffectContext = { tx, provider: provider.name, mode: group.mode, cause, now, alert: (...alert) => alerts.push(alert) };
      const applied: AppliedResource[] = [];
      let missing: SnapshotResult["waitsFor"];
      for (const { snapshot, isFetched } of known) {
        const result = await applySnapshot(context, snapshot, { isFetched, intentId });
        applied.push(...result.applied);
        missing ??= result.waitsFor;
      }
      if (missing) return missing;
      const outcome = applied.filter(({ kind, id }) => kind === group.kind && id === group.id).at(-1)?.outcome;
      await markDone(tx, open, outcome ?? "It was known already.", now);
      const resources = known.map(({ snapshot: { kind, resource } }) => ({ kind, id: resource.id }));
      await wakeWaiting(tx, { intentId, known: [...resources, ...applied] }, now);
      return undefined;
    });
    for (const [code, detail] of alerts) {
      counts.add("refused");
      logger.error(`${code}: {detail}`, { detail });
    }
    return waitsFor;
  }

  /**
   * Processes all deliveries that are due now.
   * @param beforeEach is awaited before each resource
   * @returns how many resources were processed
   */
  async function processDue(shouldStop: () => boolean = () => false, beforeEach?: () => Promise<void>): Promise<number> {
    for (let done = 0; ; done++) {
      await beforeEach?.();
      const group = shouldStop() ? undefined : await claimDeliveries(database, new Date(clock()));
      if (!group) return done;
      await processGroup(group).catch((error: Error) => scheduleRetry({ database, counts, clock }, group, error));
    }
  }

  return { processDue };
}

/**
 * Runs a worker that looks for due deliveries every second, and at once when it is woken.
 * @param beforeEach is awaited before each resource
 */
export function startInboxWorker(services: InboxServices, { everyMs = EVERY_MS, beforeEach }: { everyMs?: number; beforeEach?: () => Promise<void> } = {}) {
  const logger = getLogger(["dramac", "billing"]);
  const { processDue } = createInboxWorker(services);
  return createPoller((shouldStop) => processDue(shouldStop, beforeEach), {
    everyMs,
    onError: (error) => logger.warn("billing inbox: {error}", { error: error.message }),
  });
}
