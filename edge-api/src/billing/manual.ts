import { type BillingMode, type BillingProvider, BillingRefused, type ProviderSubscription } from "./provider.ts";

/** Where grants are kept. A grant is a subscription that nobody pays through us; `renewsAt` says until when it was made, null without end. */
export interface GrantStore {
  find(id: string, mode: BillingMode): Promise<ProviderSubscription | undefined>;
  list(mode: BillingMode): AsyncIterable<ProviderSubscription>;
  /** Replaces it whole. */
  save(grant: ProviderSubscription): Promise<void>;
}

/**
 * An administrator as provider: grants what was paid by transfer, or by a handshake, and ends it. No money passes, so there is nothing to
 * pay at, nothing to give back, and no portal.
 */
export function createManualBilling(grants: GrantStore, now: () => number = Date.now): BillingProvider {
  async function change(id: string, mode: BillingMode, alter: (grant: ProviderSubscription) => Partial<ProviderSubscription>): Promise<ProviderSubscription> {
    const grant = await seen(id, mode);
    if (!grant) throw new BillingRefused(`There is no grant ${id} in ${mode} mode.`);
    if (grant.status === "expired") throw new BillingRefused("This grant is over: make a new one.");
    const changed = { ...grant, ...alter(grant), updatedAt: new Date(now()).toISOString() };
    await grants.save(changed);
    return asOf(changed, now());
  }

  const seen = async (id: string, mode: BillingMode) => {
    const grant = await grants.find(id, mode);
    return grant && asOf(grant, now());
  };

  return {
    name: "manual",
    createCheckout: () => refuse("Nothing is paid through us here: have an administrator grant it."),
    getSubscription: seen,
    getOrder: async () => undefined,
    getInvoice: async () => undefined,
    async *listSubscriptions(mode) {
      for await (const grant of grants.list(mode)) yield asOf(grant, now());
    },
    async *listOrders() {},
    async *listInvoices() {},
    changeVariant: (id, mode, variantId) => change(id, mode, () => ({ variantId })),
    pause: (id, mode, pause) => change(id, mode, () => ({ status: "paused", pause })),
    unpause: (id, mode) => change(id, mode, () => ({ status: "active", pause: null })),
    cancel: (id, mode) => change(id, mode, ({ renewsAt }) => ({ status: "cancelled", endsAt: renewsAt ?? new Date(now()).toISOString() })),
    resume: (id, mode) => change(id, mode, () => ({ status: "active", endsAt: null })),
    portalLinks: () => refuse("A grant has no portal: ask the administrator who made it."),
    refundOrder: () => refuse("No money passed through us: give it back the way it came, then end the grant."),
    refundInvoice: () => refuse("No money passed through us: give it back the way it came, then end the grant."),
  };
}

const refuse = (sentence: string) => Promise.reject(new BillingRefused(sentence));

/** Nobody renews a grant by itself: it is over when the moment up to which it was granted has passed, cancelled or not. */
function asOf(grant: ProviderSubscription, time: number): ProviderSubscription {
  const hasCome = (moment: string | null | undefined) => typeof moment === "string" && Date.parse(moment) <= time;
  const end = grant.endsAt ?? grant.renewsAt;
  if (hasCome(end)) return { ...grant, status: "expired", endsAt: end };
  if (grant.status === "paused" && hasCome(grant.pause?.resumesAt)) return { ...grant, status: "active", pause: null };
  return grant;
}
