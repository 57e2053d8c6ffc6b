import { getLogger } from "@logtape/logtape";
import type { Database } from "../db/database.ts";
import { SYSTEM_AUTHOR, writeAudit } from "../services/audit.ts";
import type { BillingCounters } from "./counters.ts";
import { applySnapshot } from "./effects/apply-snapshot.ts";
import { readMirrored } from "./provider-mirror.ts";
import type { BillingMode, BillingProvider, ResourceKind, Snapshot } from "./provider.ts";
import { fetchSnapshot } from "./provider-snapshot.ts";

export interface ReconcileServices {
  readonly database: Database;
  readonly provider: BillingProvider;
  readonly mode: BillingMode;
  readonly counts: BillingCounters;
  readonly clock: () => number;
}

export interface ReconciliationProgress {
  /** Resources that were compared. */
  readonly checked: number;
  /** Differences that were found and corrected. */
  readonly drifts: number;
  /** One sentence for each resource that could not be reconciled. */
  readonly errors: readonly string[];
}

/** A delivery about a new resource may still be under way for this long: until then a difference is no drift. */
const GRACE_MS = 60_000;

/**
 * Compares the mirror with the provider's resources and takes over the provider's state. Orders come first, because a subscription
 * depends on its order and an invoice on its subscription.
 * @param since only resources created after it, and subscriptions whose next event is overdue; everything if omitted
 * @param onProgress called after each resource
 */
export async function reconcile(
  services: ReconcileServices,
  {
    since,
    onProgress = () => undefined,
    shouldStop = () => false,
  }: { since?: Date; onProgress?: (progress: ReconciliationProgress) => void; shouldStop?: () => boolean } = {},
): Promise<ReconciliationProgress> {
  const { provider, mode } = services;
  const progress = { checked: 0, drifts: 0, errors: [] as string[] };

  async function check(snapshot: Snapshot): Promise<void> {
    const isDrift = await reconcileOne(services, snapshot).catch((error: Error) => {
      progress.errors.push(`${snapshot.kind} ${snapshot.resource.id}: ${error.message}`);
      return false;
    });
    progress.checked++;
    if (isDrift) progress.drifts++;
    onProgress(progress);
  }

  async function walk(kind: ResourceKind, resources: AsyncIterable<Snapshot["resource"]>): Promise<void> {
    for await (const resource of resources) {
      if (shouldStop() || (since && resource.createdAt < since.toISOString())) return;
      await check({ kind, resource } as Snapshot);
    }
  }

  await walk("order", provider.listOrders(mode));
  await walk("subscription", provider.listSubscriptions(mode));
  await walk("invoice", provider.listInvoices(mode));
  if (since) {
    for (const id of await findOverdueSubscriptions(services)) {
      if (shouldStop()) break;
      const snapshot = await fetchSnapshot(provider, "subscription", id, mode);
      if (snapshot) await check(snapshot);
    }
  }
  return progress;
}

/** Ids of provider subscriptions for which an event should have come by now. */
async function findOverdueSubscriptions({ database, provider, mode, clock }: ReconcileServices): Promise<string[]> {
  const now = new Date(clock());
  const rows = await database.withPlatform(
    "billing due for news",
    (tx) => tx`
      select provider_subscription_id as id from agency_module_subscriptions
      where provider = ${provider.name} and test_mode = ${mode === "test"} and provider_subscription_id is not null
        and (status in ('active', 'on_trial') and coalesce(renews_at, trial_ends_at) < ${now} or status = 'cancelled' and ends_at < ${now} or status in ('past_due', 'unpaid'))`,
  );
  return rows.map(({ id }) => id as string);
}

/** @returns whether the provider's state was different and no delivery had told it @throws Error if the resource's parent is not known */
async function reconcileOne({ database, provider, mode, counts, clock }: ReconcileServices, snapshot: Snapshot): Promise<boolean> {
  const logger = getLogger(["dramac", "billing"]);
  const { kind, resource } = snapshot;
  const now = new Date(clock());
  const alerts: [code: string, detail: string][] = [];
  const result = await database.withPlatform("billing reconciliation", async (tx) => {
    const key = { provider: provider.name, mode, kind, id: resource.id };
    const before = await readMirrored<ResourceKind>(tx, key);
    const isFresh = Date.parse(resource.updatedAt) > now.getTime() - GRACE_MS;
    if (isFresh && before === undefined) return undefined;
    const cause = { kind: "reconciliation", id: `${kind} ${resource.id}`, detail: "reconciliation" } as const;
    const result = await applySnapshot({ tx, provider: provider.name, mode, cause, now, alert: (...alert) => alerts.push(alert) }, snapshot, {
      isFetched: true,
    });
    const outcome = result.applied[0]?.outcome;
    if (outcome === undefined) return result;
    await writeAudit(tx, {
      action: "billing.drift",
      author: SYSTEM_AUTHOR,
      change: {
        subject: kind,
        id: resource.id,
        before: before && { updatedAt: before.resource.updatedAt },
        after: { updatedAt: resource.updatedAt },
        reason: outcome,
      },
    });
    return result;
  });
  for (const [code, detail] of alerts) logger.error(`${code}: {detail}`, { detail });
  if (result?.waitsFor) throw new Error(`${result.waitsFor.kind} ${result.waitsFor.id} is not known yet.`);
  const outcome = result?.applied[0]?.outcome;
  if (outcome === undefined) return false;
  counts.add("drifts");
  logger.warn("BILLING_DRIFT: {kind} {id}: {outcome}", { kind, id: resource.id, outcome });
  return true;
}
