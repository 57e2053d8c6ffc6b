/** How a subscription stands, in words of ours. What a provider says and nobody here knows is `unknown`: it never grants, and never takes. */
export const PROVIDER_STATUSES = ["on_trial", "active", "past_due", "unpaid", "paused", "cancelled", "expired", "unknown"] as const;
export type ProviderStatus = (typeof PROVIDER_STATUSES)[number];

/** Whether money is real. Nothing of `test` ever touches what is `live`. */
export type BillingMode = "live" | "test";

/** What every resource of a provider says of itself. Moments are ISO 8601, amounts whole minor units of the currency. */
interface ProviderResource {
  readonly id: string;
  readonly storeId: string;
  readonly mode: BillingMode;
  readonly createdAt: string;
  /** Whole seconds at some providers: two changes can share one. */
  readonly updatedAt: string;
}

export interface ProviderSubscription extends ProviderResource {
  readonly customerId: string;
  readonly orderId: string;
  readonly variantId: string;
  readonly status: ProviderStatus;
  /** Of a paused one: whether the service goes on for nothing, or stops. */
  readonly pause: { readonly mode: "free" | "void"; readonly resumesAt: string | null } | null;
  readonly trialEndsAt: string | null;
  readonly renewsAt: string | null;
  /** Of a cancelled or expired one: until when it was paid for. */
  readonly endsAt: string | null;
}

/**
 * Money that moved: amounts before tax, taken off, tax, and what has been given back so far. What was paid before tax is always
 * `total - tax`; whether `subtotal` holds tax hangs on how the store shows its prices.
 */
interface ProviderPayment extends ProviderResource {
  readonly customerId: string;
  readonly currency: string;
  readonly subtotal: bigint;
  readonly discount: bigint;
  readonly tax: bigint;
  readonly total: bigint;
  /** Cumulative. */
  readonly refunded: bigint;
  readonly refundedAt: string | null;
  readonly status: "pending" | "failed" | "paid" | "refunded" | "partial_refund" | "fraudulent" | "void" | "unknown";
}

export interface ProviderOrder extends ProviderPayment {
  /** The buyer's. */
  readonly email: string | null;
  /** For people. */
  readonly number: string;
  readonly variantId: string | null;
}

/** One period of a subscription. The first is paid by the subscription's order: it is the same money. */
export interface ProviderInvoice extends ProviderPayment {
  readonly subscriptionId: string;
  readonly reason: "initial" | "renewal" | "updated" | "unknown";
}

export interface CheckoutRequest {
  readonly mode: BillingMode;
  readonly variantId: string;
  /** What the buyer sees. */
  readonly productName: string;
  /** Before tax, minor units; charged at each renewal too. */
  readonly amount: bigint;
  /** Opaque: comes back with the order and the subscription, and is all that does. */
  readonly intentId: string;
  readonly email?: string | undefined;
  readonly redirectUrl: string;
  readonly expiresAt: string;
}

export interface Checkout {
  readonly id: string;
  /** Where the buyer pays. */
  readonly url: string;
}

/** The pages of a provider that a customer may be sent to; signed and short-lived, so they are asked for when somebody clicks. */
export interface PortalLinks {
  readonly portal: string;
  readonly updatePaymentMethod: string;
  readonly changePlan: string | null;
}

/**
 * One resource after the other, the last created first; a change does not move a resource forward. What is created while the walk goes on
 * may come twice and nothing is left out. Throws as the calls do, in the middle too.
 */
export type Walk<Resource> = AsyncIterable<Resource>;

/**
 * Whoever takes the money. Every call may be slow or fail: `BillingUnavailable` says that another try may help, `BillingRefused` that it
 * will not. What is missing is `undefined`.
 */
export interface BillingProvider {
  readonly name: "lemonsqueezy";
  createCheckout(request: CheckoutRequest): Promise<Checkout>;
  getSubscription(id: string, mode: BillingMode): Promise<ProviderSubscription | undefined>;
  getOrder(id: string, mode: BillingMode): Promise<ProviderOrder | undefined>;
  getInvoice(id: string, mode: BillingMode): Promise<ProviderInvoice | undefined>;
  listSubscriptions(mode: BillingMode): Walk<ProviderSubscription>;
  listOrders(mode: BillingMode): Walk<ProviderOrder>;
  listInvoices(mode: BillingMode, of?: { readonly subscriptionId: string }): Walk<ProviderInvoice>;
  /** Another variant, whose price is its own: a custom price is lost. */
  changeVariant(id: string, mode: BillingMode, variantId: string): Promise<ProviderSubscription>;
  pause(id: string, mode: BillingMode, pause: { readonly mode: "free" | "void"; readonly resumesAt: string | null }): Promise<ProviderSubscription>;
  unpause(id: string, mode: BillingMode): Promise<ProviderSubscription>;
  /** At the period's end; runs until then. */
  cancel(id: string, mode: BillingMode): Promise<ProviderSubscription>;
  /** Takes a cancellation back while the period lasts. */
  resume(id: string, mode: BillingMode): Promise<ProviderSubscription>;
  portalLinks(id: string, mode: BillingMode): Promise<PortalLinks>;
  /**
   * Gives back until `inAll` has been given back, so that saying it twice gives once.
   * @param inAll minor units, with tax; the whole total unless given
   */
  refundOrder(id: string, mode: BillingMode, inAll?: bigint): Promise<ProviderOrder>;
  refundInvoice(id: string, mode: BillingMode, inAll?: bigint): Promise<ProviderInvoice>;
}

/** The provider did not answer, or not in time, or asked for patience: try again later. */
export class BillingUnavailable extends Error {
  override readonly name = "BillingUnavailable";

  /** @param retryAfterMs how long the provider asked to be left alone, where it said so */
  constructor(
    message: string,
    readonly retryAfterMs?: number,
  ) {
    super(message);
  }
}

/** The provider said no, and says it again next time. */
export class BillingRefused extends Error {
  override readonly name = "BillingRefused";
}
