import { getLogger } from "@logtape/logtape";
import type { Database } from "../db/database.ts";
import { writeAudit } from "../services/audit.ts";
import type { BillingCounts } from "./counts.ts";
import { apply, type Said } from "./effects/apply.ts";
import { lockResource, readKept } from "./kept-resources.ts";
import type { BillingMode, BillingProvider } from "./provider.ts";
import { fetchResource } from "./read-resource.ts";
import type { ResourceKind } from "./webhook/delivery.ts";

export interface ReconcileServices {
  readonly database: Database;
  readonly provider: BillingProvider;
  readonly mode: BillingMode;
  readonly counts: BillingCounts;
  readonly clock: () => number;
}

/** How far a reconciliation has come. */
export interface Reconciled {
  readonly looked: number;
  readonly drifts: number;
  /** What could not be settled, with why. */
  readonly faults: readonly string[];
}

/** What is created at once may be told of in a minute: that is no drift yet. */
const FRESH_MS = 60_000;

/**
 * Holds what we believe against what the provider says, and believes the provider. Orders first: a subscription hangs on its order,
 * an invoice on its subscription.
 * @param since only what was created after it, and what is due for news; everything unless given
 * @param onProgress after each resource
 */
export async function reconcile(
  services: ReconcileServices,
  { since, onProgress = () => undefined, isOver = () => false }: { since?: Date; onProgress?: (so: Reconciled) => void; isOver?: () => boolean } = {},
): Promise<Reconciled> {
  const { provider, mode } = services;
  const so = { looked: 0, drifts: 0, faults: [] as string[] };

  async function look(said: Said): Promise<void> {
    const isDrift = await settle(services, said).catch((fault: Error) => {
      so.faults.push(`${said.kind} ${said.resource.id}: ${fault.message}`);
      return false;
    });
    so.looked++;
    if (isDrift) so.drifts++;
    onProgress(so);
  }

  async function walk<Resource extends Said["resource"]>(kind: ResourceKind, resources: AsyncIterable<Resource>): Promise<void> {
    for await (const resource of resources) {
      if (isOver() || (since && resource.createdAt < since.toISOString())) return;
      await look({ kind, resource } as unknown as Said);
    }
  }

  await walk("order", provider.listOrders(mode));
  await walk("subscription", provider.listSubscriptions(mode));
  await walk("invoice", provider.listInvoices(mode));
  if (since) {
    for (const { kind, id } of await dueForNews(services)) {
      if (isOver()) break;
      const said = await fetchResource(provider, kind, id, mode);
      if (said) await look(said);
    }
  }
  return so;
}

/** Subscriptions of which something should have been heard by now. */
async function dueForNews({ database, provider, mode, clock }: ReconcileServices): Promise<{ kind: ResourceKind; id: string }[]> {
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
async function settle({ database, provider, mode, counts, clock }: ReconcileServices, said: Said): Promise<boolean> {
  const logger = getLogger(["dramac", "billing"]);
  const now = new Date(clock());
  const alerts: [code: string, detail: string][] = [];
  const outcome = await database.withPlatform("billing reconciliation", async (tx) => {
    const name = { provider: provider.name, mode, kind: said.kind, id: said.resource.id };
    await lockResource(tx, name);
    const before = await readKept(tx, name);
    const isToldSoon = Date.parse(said.resource.updatedAt) > now.getTime() - FRESH_MS;
    if (isToldSoon && before === undefined) return undefined;
    const cause = { kind: "reconciliation", id: `${said.kind} ${said.resource.id}`, detail: "reconciliation" } as const;
    const outcome = await apply({ tx, provider: provider.name, mode, cause, now, alert: (...alert) => alerts.push(alert) }, said, { isFetched: true });
    if (outcome === undefined) return undefined;
    await writeAudit(
      tx,
      "billing.drift",
      { kind: "system", id: null, role: null },
      "",
      {
        subject: said.kind,
        id: said.resource.id,
        before: before && { updatedAt: before.resource.updatedAt },
        after: { updatedAt: said.resource.updatedAt },
        reason: outcome,
      },
      { address: "", requestId: "" },
    );
    return outcome;
  });
  for (const [code, detail] of alerts) logger.error(`${code}: {detail}`, { detail });
  if (outcome === undefined) return false;
  counts.add("drifts");
  logger.warn("BILLING_DRIFT: {kind} {id}: {outcome}", { kind: said.kind, id: said.resource.id, outcome });
  return true;
}
