import type { Answer, Item } from "@dramac/sdk/node";
import { collect, type ConsoleContext } from "./console-context.ts";

export type Subscription = Item<"subscription.list">;
export type Entitlement = Answer<"subscription.entitlement">;
export type Module = Item<"module.browse">;

/** Over, never paid for and with nothing installed: as if it had never been. */
const isTrace = ({ status, currentPeriodEnd, currentInstallations }: Subscription): boolean =>
  status === "expired" && currentPeriodEnd === null && currentInstallations === 0;

/** The agency's subscriptions, one for each module: the one that is not over, else the last. */
export async function readSubscriptions({ api, agencyId }: ConsoleContext): Promise<Subscription[]> {
  const all = await collect(api.list("subscription.list", { path: { agencyId } }));
  const byModule = new Map<string, Subscription>();
  for (const one of all) {
    const known = byModule.get(one.moduleId);
    if (!isTrace(one) && (!known || (known.status === "expired" && one.status !== "expired"))) byModule.set(one.moduleId, one);
  }
  return [...byModule.values()];
}

/** @returns nothing when the agency has no such subscription */
export async function findSubscription({ api, agencyId }: ConsoleContext, id: string): Promise<Subscription | undefined> {
  for await (const one of api.list("subscription.list", { path: { agencyId } })) if (one.id === id) return one;
  return undefined;
}

export const readEntitlement = ({ api, agencyId }: ConsoleContext, subscriptionId: string): Promise<Entitlement> =>
  api.call("subscription.entitlement", { path: { agencyId, subscriptionId } });
