import { getLogger } from "@logtape/logtape";
import type { Database } from "../db/database.ts";
import { writeAudit } from "../services/audit.ts";
import type { BillingCounters } from "./counters.ts";
import { applySnapshot, type Snapshot } from "./effects/apply-snapshot.ts";
import { lockResource, readMirrored } from "./provider-mirror.ts";
import type { BillingMode, BillingProvider } from "./provider.ts";
import { fetchSnapshot } from "./provider-snapshot.ts";
import type { ResourceKind } from "./webhook/delivery.ts";

export interface ReconcileServices {
  readonly database: Database;
  readonly provider: BillingProvider;
  readonly mode: BillingMode;
  readonly counts: BillingCounters;
  readonly clock: () => number;
}

/** How far a reconciliation has come. */
export interface ReconciliationProgress {
  readonly checked: number;
  readonly drifts: number;
  /** What could not be settled, with why. */
  readonly errors: readonly string[];
}

/** What is created at once may be told of in a minute: that is no drift yet. */
const GRACE_MS = 60_000;

/**
 * Holds what we believe against what the provider says, and believes the provider. Orders first: a subscription hangs on its order,
 * an invoice on its subscription.
 * @param since only what was created after it, and what is due for news; everything unless given
 * @param onProgress after each resource
 */
export async function reconcile(
  services: ReconcileServices,
  {
    since,
    onProgress = () => undefined,
    shouldStop = () => false,
  }: { since?: Date; onProgress?: (so: ReconciliationProgress) => void; shouldStop?: () => boolean } = {},
): Promise<ReconciliationProgress> {
  const { provider, mode } = services;
  const so = { looked: 0, drifts: 0, faults: [] as string[] };

  async function look(snapshot: Snapshot): Promise<void> {
    const isDrift = await reconcileOne(services, snapshot).catch((error: Error) => {
      so.faults.push(`${snapshot.kind} ${snapshot.resource.id}: ${error.message}`);
      return false;
    });
    so.looked++;
    if (isDrift) so.drifts++;
    onProgress(so);
  }

  async function walk<Resource extends Snapshot["resource"]>(kind: ResourceKind, resources: AsyncIterable<Resource>): Promise<void> {
    for await (const resource of resources) {
      if (shouldStop() || (since && resource.createdAt < since.toISOString())) return;
      await look({ kind, resource } as unknown as Snapshot);
    }
  }

  await walk("order", provider.listOrders(mode));
  await walk("subscription", provider.listSubscriptions(mode));
  await walk("invoice", provider.listInvoices(mode));
  if (since) {
    for (const { kind, id } of await findOverdueSubscriptions(services)) {
      if (shouldStop()) break;
      const snapshot = await fetchSnapshot(provider, kind, id, mode);
      if (snapshot) await look(snapshot);
    }
  }
  return so;
}

/** Subscriptions of which something should have been heard by now. */
async function findOverdueSubscriptions({ database, provider, mode, clock }: ReconcileServices): Promise<{ kind: ResourceKind; id: string }[]> {
  const now = new Date(clock());
  const rows = await database.withPlatform(
    "billing due for news",
    (tx) => tx`
      select lemon_subscription_id as id from agency_module_subscriptions
      where provider = ${provider.name} and test_mode = ${mode === "test"} and lemon_subscription_id is not null
        and (status in ('active', 'on_trial') and coalesce(renews_at, trial_ends_at) < ${now} or status = 'cancelled' and ends_at < ${now} or status in ('past_due', 'unpaid'))`,
  );
  return rows.map(({ id }) => ({ kind: "subscription", id: id as string }));
}

/** @returns whether it was news that nobody had told us */
async function reconcileOne({ database, provider, mode, counts, clock }: ReconcileServices, snapshot: Snapshot): Promise<boolean> {
  const logger = getLogger(["dramac", "billing"]);
  const now = new Date(clock());
  const alerts: [code: string, detail: string][] = [];
  const outcome = await database.withPlatform("billing reconciliation", async (tx) => {
    const name = { provider: provider.name, mode, kind: snapshot.kind, id: snapshot.resource.id };
    await lockResource(tx, name);
    const before = await readMirrored(tx, name);
    const isToldSoon = Date.parse(snapshot.resource.updatedAt) > now.getTime() - GRACE_MS;
    if (isToldSoon && before === undefined) return undefined;
    const cause = { kind: "reconciliation", id: `${snapshot.kind} ${snapshot.resource.id}`, detail: "reconciliation" } as const;
    const outcome = await applySnapshot({ tx, provider: provider.name, mode, cause, now, alert: (...alert) => alerts.push(alert) }, snapshot, {
      isFetched: true,
    });
    if (outcome === undefined) return undefined;
    await writeAudit(
      tx,
      "billing.drift",
      { kind: "system", id: null, role: null },
      "",
      {
        subject: snapshot.kind,
        id: snapshot.resource.id,
        before: before && { updatedAt: before.resource.updatedAt },
        after: { updatedAt: snapshot.resource.updatedAt },
        reason: outcome,
      },
      { address: "", requestId: "" },
    );
    return outcome;
  });
  for (const [code, detail] of alerts) logger.error(`${code}: {detail}`, { detail });
  if (outcome === undefined) return false;
  counts.add("drifts");
  logger.warn("BILLING_DRIFT: {kind} {id}: {outcome}", { kind: snapshot.kind, id: snapshot.resource.id, outcome });
  return true;
}
