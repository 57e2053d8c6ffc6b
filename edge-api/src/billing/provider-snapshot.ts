import { parseInvoice, parseOrder, parseSubscription } from "./lemonsqueezy/parse-resources.ts";
import type { Snapshot } from "./effects/apply-snapshot.ts";
import type { BillingMode, BillingProvider } from "./provider.ts";
import type { ResourceKind } from "./webhook/delivery.ts";

/** Asks the provider; `undefined` for what it does not know. @throws BillingUnavailable */
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

/** What a delivery's own body says. @throws ZodError */
export function parseSnapshot(kind: ResourceKind, raw: Buffer): Snapshot {
  const { data } = JSON.parse(raw.toString("utf8")) as { data: unknown };
  switch (kind) {
    case "subscription":
      return { kind, resource: parseSubscription(data) };
    case "order":
      return { kind, resource: parseOrder(data) };
    default:
      return { kind, resource: parseInvoice(data) };
  }
}
