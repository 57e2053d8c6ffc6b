import { getLogger } from "@logtape/logtape";
import type { Database, Tx } from "../../db/database.ts";
import { createPoller } from "../../services/create-poller.ts";
import type { BillingCounts } from "../counts.ts";
import { apply, type Said } from "../effects/apply.ts";
import { type Scene, WaitingFor } from "../effects/effect.ts";
import { type BillingProvider, BillingRefused, BillingUnavailable } from "../provider.ts";
import { fetchResource, readPayload } from "../read-resource.ts";
import { claim, type Group, settle, stillOpen, wake } from "./claim.ts";
import { putOff } from "./put-off.ts";

const EVERY_MS = 1_000;
/** An invoice hangs on a subscription, which hangs on an order. */
const DEEPEST = 3;

export interface InboxServices {
  readonly database: Database;
  readonly provider: BillingProvider;
  readonly counts: BillingCounts;
  readonly clock: () => number;
}

/**
 * Works deliveries off, any number of nodes at once. A delivery is a hint: the provider is asked how the resource stands, once for all
 * that waits of it; what a delivery says itself counts only while the provider cannot be reached. The effect and "done" are one
 * transaction: whoever dies in between has done nothing.
 */
export function createInboxWorker({ database, provider, counts, clock }: InboxServices) {
  const logger = getLogger(["dramac", "billing"]);

  async function workOn(group: Group): Promise<void> {
    const known = await lookUp(group);
    for (let depth = 0; ; depth++) {
      try {
        await take(group, known);
        counts.add("done", group.rows.length);
        return;
      } catch (fault) {
        const parent = fault instanceof WaitingFor && depth < DEEPEST ? await fetchParent(fault, group) : undefined;
        if (parent) known.unshift(parent);
        else return putOff({ database, counts, clock }, group, fault as Error);
      }
    }
  }

  /** What the provider says; what the deliveries say, oldest first, when it cannot be reached or knows nothing of it. */
  async function lookUp({ kind, id, mode, rows }: Group): Promise<{ said: Said; isFetched: boolean }[]> {
    const fetched = await fetchResource(provider, kind, id, mode).catch((fault: unknown) => {
      // Refused as well: a key that was taken away is no reason to lose what is paid for.
      if (fault instanceof BillingUnavailable || fault instanceof BillingRefused) return undefined;
      throw fault;
    });
    if (fetched) return [{ said: fetched, isFetched: true }];
    const told = rows.map(({ raw }) => readPayload(kind, raw)).sort((one, other) => (one.resource.updatedAt < other.resource.updatedAt ? -1 : 1));
    return told.map((said) => ({ said, isFetched: false }));
  }

  async function fetchParent({ kind, id }: WaitingFor, { mode }: Group): Promise<{ said: Said; isFetched: boolean } | undefined> {
    const said = await fetchResource(provider, kind, id, mode).catch(() => undefined);
    return said && { said, isFetched: true };
  }

  function take(group: Group, known: readonly { said: Said; isFetched: boolean }[]): Promise<void> {
    const now = new Date(clock());
    const alerts: [code: string, detail: string][] = [];
    return database
      .withPlatform("billing effect", async (tx: Tx) => {
        const open = await stillOpen(tx, group);
        if (!open.length) return;
        const intentId = group.rows.find((row) => row.intentId !== null)?.intentId ?? undefined;
        const cause = { kind: "webhook", id: group.rows[0]?.id ?? null, detail: group.rows.map(({ event }) => event).join(", ") } as const;
        const scene: Scene = { tx, provider: provider.name, mode: group.mode, cause, now, alert: (...alert) => alerts.push(alert) };
        const outcomes: string[] = [];
        for (const { said, isFetched } of known) {
          const outcome = await apply(scene, said, { isFetched, intentId });
          if (said.kind === group.kind) outcomes.push(outcome ?? "It was known already.");
        }
        await settle(tx, open, outcomes.at(-1) ?? "", now);
        await wake(tx, { intentId, known: known.map(({ said }) => ({ kind: said.kind, id: said.resource.id })) }, now);
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
  async function workOff(isOver: () => boolean = () => false, begin?: () => Promise<void>): Promise<number> {
    let done = 0;
    for (; ; done++) {
      await begin?.();
      if (isOver()) break;
      const group = await claim(database, new Date(clock()));
      if (!group) break;
      await workOn(group).catch((fault: Error) => putOff({ database, counts, clock }, group, fault));
    }
    return done;
  }

  return { workOff };
}

/**
 * Has a worker look for what is due every second, and when it is told.
 * @param begin is waited for before each resource
 */
export function startInboxWorker(services: InboxServices, { everyMs = EVERY_MS, begin }: { everyMs?: number; begin?: () => Promise<void> } = {}) {
  const logger = getLogger(["dramac", "billing"]);
  const { workOff } = createInboxWorker(services);
  return createPoller((isOver) => workOff(isOver, begin), { everyMs, onFault: (fault) => logger.warn("billing inbox: {fault}", { fault: fault.message }) });
}
