/**
 * The port to the billing provider: neutral types, and what the product asks of a provider. `lemonsqueezy/` implements it.
 * Moments are ISO 8601 with milliseconds, amounts are whole minor units of the currency.
 */

/** Statuses of a subscription. A status that a provider reports and this release does not know is `unknown`: it changes no right. */
export const PROVIDER_STATUSES = ["on_trial", "active", "past_due", "unpaid", "paused", "cancelled", "expired", "unknown"] as const;
export type ProviderStatus = (typeof PROVIDER_STATUSES)[number];

/** Whether money is real. Data of `test` mode never changes data of `live` mode. */
export type BillingMode = "live" | "test";

interface ProviderResource {
  readonly id: string;
  readonly storeId: string;
  readonly mode: BillingMode;
  readonly createdAt: string;
  /** Some providers tell whole seconds only: two changes can have the same moment. */
  readonly updatedAt: string;
}

export interface ProviderSubscription extends ProviderResource {
  readonly customerId: string;
  readonly orderId: string;
  readonly variantId: string;
  readonly status: ProviderStatus;
  /** While paused: `free` means that the service continues without payment, `void` that it stops. */
  readonly pause: { readonly mode: "free" | "void"; readonly resumesAt: string | null } | null;
  readonly trialEndsAt: string | null;
  readonly renewsAt: string | null;
  /** End of the paid period of a cancelled or expired subscription. */
  readonly endsAt: string | null;
}

/**
 * A payment. The amount paid before tax is always `total - tax`; whether `subtotal` includes tax depends on how the store shows its
 * prices.
 */
interface ProviderPayment extends ProviderResource {
  readonly customerId: string;
  readonly currency: string;
  readonly subtotal: bigint;
  readonly discount: bigint;
  readonly tax: bigint;
  readonly total: bigint;
  /** Sum of all refunds so far. */
  readonly refunded: bigint;
  readonly refundedAt: string | null;
  readonly status: "pending" | "failed" | "paid" | "refunded" | "partial_refund" | "fraudulent" | "void" | "unknown";
}

export interface ProviderOrder extends ProviderPayment {
  /** The buyer's address. */
  readonly email: string | null;
  /** The order number that people read. */
  readonly number: string;
  readonly variantId: string | null;
}

/** The payment of one period of a subscription. The first invoice and the order of a subscription are the same money. */
export interface ProviderInvoice extends ProviderPayment {
  readonly subscriptionId: string;
  readonly reason: "initial" | "renewal" | "updated" | "unknown";
}

export interface ResourceByKind {
  readonly subscription: ProviderSubscription;
  readonly order: ProviderOrder;
  readonly invoice: ProviderInvoice;
}
export type ResourceKind = keyof ResourceByKind;

/** One state of one resource. */
export type Snapshot = { [Kind in ResourceKind]: { readonly kind: Kind; readonly resource: ResourceByKind[Kind] } }[ResourceKind];

/** A webhook delivery, as far as the inbox must know it before any work is done. */
export interface WebhookDelivery {
  readonly event: string;
  /** `undefined` for a kind of resource that billing does not use. */
  readonly kind: ResourceKind | undefined;
  readonly id: string;
  readonly store: string | undefined;
  readonly mode: BillingMode;
  /** The checkout that the delivery names. */
  readonly intentId: string | undefined;
  /** SHA-256 of the event name and the data. Two deliveries of one event have the same one, although their webhook ids and signed URLs differ. */
  readonly fingerprint: Buffer;
}

/** How a provider signs and writes its webhook deliveries. No call of it leaves the process. */
export interface ProviderWebhooks {
  /** Names of headers, in lower case, that are stored with a delivery and may help a person later. */
  readonly storedHeaders: readonly string[];
  /** Whether one of the secrets signed exactly these bytes. @param secrets the current one and previous ones */
  isSigned(raw: Uint8Array, header: (name: string) => string | undefined, secrets: readonly string[]): boolean;
  /** @throws Error for bytes that are no delivery */
  readDelivery(raw: Buffer): WebhookDelivery;
  /** Reads the state of the resource from the body of a delivery. @throws Error when the body lacks a required field */
  readSnapshot(kind: ResourceKind, raw: Buffer): Snapshot;
}

export interface CheckoutRequest {
  readonly mode: BillingMode;
  readonly variantId: string;
  /** The name that the buyer sees. */
  readonly productName: string;
  /** Before tax; charged at each renewal too. */
  readonly amount: bigint;
  /** Opaque. The provider returns it with the order and the subscription, and returns nothing else of the request. */
  readonly intentId: string;
  readonly email?: string | undefined;
  readonly redirectUrl: string;
  readonly expiresAt: string;
}

export interface Checkout {
  readonly id: string;
  /** The page where the buyer pays. */
  readonly url: string;
}

/** Pages of the provider for one customer. The links are signed and expire soon, so ask for them on each click. */
export interface PortalLinks {
  readonly portal: string;
  readonly updatePaymentMethod: string;
  readonly changePlan: string | null;
}

/**
 * All resources, newest first by creation; a change does not move a resource. A resource that is created during the walk may appear twice,
 * and no resource is left out. Iterating throws the same errors as the other calls.
 */
export type Walk<Resource> = AsyncIterable<Resource>;

/**
 * A billing provider. Every call may be slow or fail: after `BillingUnavailable` another try may succeed, after `BillingRefused` it will
 * not. A missing resource is `undefined`.
 */
export interface BillingProvider {
  readonly name: "lemonsqueezy";
  readonly webhooks: ProviderWebhooks;
  createCheckout(request: CheckoutRequest): Promise<Checkout>;
  getSubscription(id: string, mode: BillingMode): Promise<ProviderSubscription | undefined>;
  getOrder(id: string, mode: BillingMode): Promise<ProviderOrder | undefined>;
  getInvoice(id: string, mode: BillingMode): Promise<ProviderInvoice | undefined>;
  listSubscriptions(mode: BillingMode): Walk<ProviderSubscription>;
  listOrders(mode: BillingMode): Walk<ProviderOrder>;
  listInvoices(mode: BillingMode, of?: { readonly subscriptionId: string }): Walk<ProviderInvoice>;
  /** Moves a subscription to another variant at that variant's own price: a custom price is lost. */
  changeVariant(id: string, mode: BillingMode, variantId: string): Promise<ProviderSubscription>;
  pause(id: string, mode: BillingMode, pause: { readonly mode: "free" | "void"; readonly resumesAt: string | null }): Promise<ProviderSubscription>;
  unpause(id: string, mode: BillingMode): Promise<ProviderSubscription>;
  /** Cancels at the end of the paid period. */
  cancel(id: string, mode: BillingMode): Promise<ProviderSubscription>;
  /** Takes a cancellation back while the paid period lasts. */
  resume(id: string, mode: BillingMode): Promise<ProviderSubscription>;
  portalLinks(id: string, mode: BillingMode): Promise<PortalLinks>;
  /**
   * Refunds until the sum of all refunds is `targetTotal`. Calling it again with the same target refunds nothing more.
   * @param targetTotal with tax; the whole total of the payment if omitted
   */
  refundOrder(id: string, mode: BillingMode, targetTotal?: bigint): Promise<ProviderOrder>;
  refundInvoice(id: string, mode: BillingMode, targetTotal?: bigint): Promise<ProviderInvoice>;
}

/** The provider did not answer, did not answer in time, or limits the rate of calls: try again later. */
export class BillingUnavailable extends Error {
  override readonly name = "BillingUnavailable";

  /** @param retryAfterMs how long the provider asked to wait, if it said so */
  constructor(
    message: string,
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }
}

/** The provider refused the call. The same call will be refused again. */
export class BillingRefused extends Error {
  override readonly name = "BillingRefused";
}
