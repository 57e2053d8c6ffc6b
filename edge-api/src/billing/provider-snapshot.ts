import type { BillingMode, BillingProvider, ResourceKind, Snapshot } from "./provider.ts";

/** Asks the provider for the present state of a resource; `undefined` if it has no such resource. @throws BillingUnavailable, BillingRefused */
export async function fetchSnapshot(provider: BillingProvider, kind: ResourceKind, id: string, mode: BillingMode): Promise<Snapshot | undefined> {
  switch (kind) {
    case "subscription":
      return provider.getSubscription(id, mode).then((resource) => resource && { kind, resource });
    case "order":
      return provider.getOrder(id, mode).then((resource) => resource && { kind, resource });
    default:
      return provider.getInvoice(id, mode).then((resource) => resource && { kind, resource });
  }
}
