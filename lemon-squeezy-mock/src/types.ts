/** Rows of the mock's state. Moments are milliseconds since 1970 in whole seconds, amounts are cents. Everything can be written as JSON. */

export type Mode = "live" | "test";

export interface Store {
  readonly id: number;
  readonly name: string;
  readonly currency: string;
}

export type Interval = "month" | "year";

export interface Variant {
  readonly id: number;
  readonly storeId: number;
  readonly mode: Mode;
  readonly productId: number;
  readonly productName: string;
  readonly name: string;
  readonly price: number;
  /** `null`: paid once, without a subscription. */
  readonly interval: Interval | null;
  readonly trialDays: number;
}

interface Row {
  readonly id: number;
  readonly storeId: number;
  readonly mode: Mode;
  readonly createdAt: number;
  updatedAt: number;
}

export interface Customer extends Row {
  readonly name: string;
  readonly email: string;
}

export type Custom = Readonly<Record<string, string>>;

export interface Checkout extends Omit<Row, "id"> {
  /** A UUID. */
  readonly id: string;
  readonly variantId: number;
  readonly customPrice: number | null;
  readonly productOptions: { readonly name?: string; readonly redirect_url?: string; readonly enabled_variants?: readonly number[] } & Readonly<
    Record<string, unknown>
  >;
  readonly checkoutOptions: Readonly<Record<string, unknown>>;
  readonly checkoutData: { readonly email?: string | null; readonly name?: string | null; readonly custom?: Custom } & Readonly<Record<string, unknown>>;
  readonly expiresAt: number | null;
}

interface Payment extends Row {
  readonly customerId: number;
  readonly currency: string;
  readonly subtotal: number;
  readonly tax: number;
  readonly taxRate: number;
  readonly total: number;
  refundedAmount: number;
  refundedAt: number | null;
}

export interface Order extends Payment {
  readonly identifier: string;
  readonly number: number;
  readonly itemId: number;
  readonly variantId: number;
  readonly productName: string;
  readonly custom: Custom;
  status: "pending" | "failed" | "paid" | "refunded" | "partial_refund" | "fraudulent";
}

export interface Invoice extends Payment {
  readonly subscriptionId: number;
  readonly reason: "initial" | "renewal" | "updated";
  status: "pending" | "paid" | "void" | "refunded" | "partial_refund";
}

/** How a way to pay behaves: at once and at renewals. */
export type Card = "good" | "fails_later" | "declined" | "paypal";

type Status = "on_trial" | "active" | "paused" | "past_due" | "unpaid" | "cancelled" | "expired";

export interface Subscription extends Row {
  readonly customerId: number;
  readonly orderId: number;
  readonly orderItemId: number;
  readonly itemId: number;
  readonly custom: Custom;
  readonly taxRate: number;
  variantId: number;
  productName: string;
  /** Before tax. A custom price lasts until the variant changes. */
  price: number;
  card: Card;
  /** Tests may set a status that Lemon Squeezy does not have. */
  status: Status | (string & {});
  pause: { readonly mode: string; readonly resumesAt: number | null } | null;
  trialEndsAt: number | null;
  billingAnchor: number;
  renewsAt: number;
  endsAt: number | null;
  /** While a renewal is unpaid: since when, its invoice, and the number of tries. */
  dunning: { readonly since: number; readonly invoiceId: number; tries: number } | null;
}

interface Attempt {
  readonly at: number;
  /** 0 if there was no answer. */
  readonly status: number;
}

export interface Delivery {
  readonly id: number;
  readonly event: string;
  readonly storeId: number;
  readonly mode: Mode;
  readonly webhookId: string;
  /** The raw body: every attempt sends these bytes. */
  readonly body: string;
  /** Signed with another secret than the receiver's. */
  readonly isForged: boolean;
  dueAt: number;
  state: "waiting" | "held" | "delivered" | "dropped";
  readonly attempts: Attempt[];
}

export interface MockState {
  nextId: number;
  /** How far the clock was moved. */
  clockOffsetMs: number;
  /** Signs the links that expire. */
  readonly linkSecret: string;
  readonly customers: Customer[];
  readonly checkouts: Checkout[];
  readonly orders: Order[];
  readonly invoices: Invoice[];
  readonly subscriptions: Subscription[];
  readonly deliveries: Delivery[];
}
