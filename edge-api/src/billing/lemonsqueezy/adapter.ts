import {
  cancelSubscription,
  createCheckout,
  getOrder,
  getSubscription,
  getSubscriptionInvoice,
  issueOrderRefund,
  issueSubscriptionInvoiceRefund,
  listOrders,
  listSubscriptionInvoices,
  listSubscriptions,
  type UpdateSubscription,
  updateSubscription,
} from "@lemonsqueezy/lemonsqueezy.js";
import { z } from "zod";
import { type BillingMode, type BillingProvider, BillingRefused, BillingUnavailable, type ProviderSubscription } from "../provider.ts";
import { type ClientOptions, createClient } from "./client.ts";
import { realTiming } from "./request-pacer.ts";
import { createResourceReader } from "./resource-reader.ts";
import { refundUpTo, toCents } from "./refund-up-to.ts";
import { parseInvoice, parseOrder, parseSubscription } from "./parse-resources.ts";
import { lemonSqueezyWebhooks } from "./webhooks.ts";

const API_URL = "https://api.lemonsqueezy.com";

const CheckoutSchema = z.object({ data: z.object({ id: z.string(), attributes: z.object({ url: z.url() }) }) });
const SubscriptionDetailsSchema = z.object({
  attributes: z.object({
    payment_processor: z.string().nullish(),
    urls: z.object({ customer_portal: z.url(), update_payment_method: z.url(), customer_portal_update_subscription: z.url().nullish() }),
  }),
});
/** With what only this provider has. */
const parseSubscriptionDetails = (value: unknown) => ({ ...parseSubscription(value), ...SubscriptionDetailsSchema.parse(value).attributes });

export interface LemonSqueezyOptions extends Partial<Omit<ClientOptions, "apiKeys">>, Pick<ClientOptions, "apiKeys"> {
  /** Resources of other stores of the same account are treated as missing. */
  readonly storeId: string;
}

/** Lemon Squeezy as a billing provider. Create one for each process and store: its calls share one rate limit. */
export function createLemonSqueezy({ storeId, apiKeys, apiUrl = API_URL, timing = realTiming, ...limits }: LemonSqueezyOptions): BillingProvider {
  const call = createClient({ apiKeys, apiUrl: apiUrl.replace(/\/+$/, ""), timing, ...limits });
  const { read, readOne, walk } = createResourceReader(call, storeId);

  const subscriptionOf = (id: string, mode: BillingMode) => readOne(id, mode, () => getSubscription(id), parseSubscription);
  const orderOf = (id: string, mode: BillingMode) => readOne(id, mode, () => getOrder(id), parseOrder);
  const invoiceOf = (id: string, mode: BillingMode) => readOne(id, mode, () => getSubscriptionInvoice(id), parseInvoice);

  /** Changes a subscription. Repeating a change is safe, because it sets values and adds nothing. */
  async function change(id: string, mode: BillingMode, sdkCall: () => Promise<{ data: unknown }>): Promise<ProviderSubscription> {
    // Read first, because a subscription of another store must not be changed.
    if (!(await subscriptionOf(id, mode))) throw notFound("subscription", id);
    try {
      const { status, body } = await call(mode, sdkCall, { mayBeEmpty: true });
      if (status === 404) throw notFound("subscription", id);
      if (body !== undefined) return read(body, mode, parseSubscription);
    } catch (error) {
      throw error instanceof BillingRefused && (await isPayPal(id, mode)) ? new BillingRefused(USE_PORTAL) : error;
    }
    const changed = await subscriptionOf(id, mode);
    if (!changed) throw notFound("subscription", id);
    return changed;
  }

  const detailsOf = (id: string, mode: BillingMode) => readOne(id, mode, () => getSubscription(id), parseSubscriptionDetails);
  const isPayPal = (id: string, mode: BillingMode) =>
    detailsOf(id, mode).then(
      (own) => own?.payment_processor === "paypal",
      () => false,
    );
  const update = (id: string, mode: BillingMode, what: UpdateSubscription) => change(id, mode, () => updateSubscription(id, what));

  return {
    name: "lemonsqueezy",
    webhooks: lemonSqueezyWebhooks,

    async createCheckout({ mode, variantId, productName, amount, intentId, email, redirectUrl, expiresAt }) {
      const variant = Number(variantId);
      const wanted = {
        customPrice: toCents(amount),
        // Otherwise the checkout offers every variant of the product at its own price.
        productOptions: { name: productName, redirectUrl, enabledVariants: [variant] },
        // Keys in snake_case: the SDK rewrites other spellings to snake_case.
        checkoutData: { ...(email !== undefined && { email }), custom: { checkout_intent_id: intentId } },
        expiresAt,
        testMode: mode === "test",
      };
      // Repeated even if it may have been done: no buyer knows the URL of the first checkout, so it expires unpaid.
      const { status, body } = await call(mode, () => createCheckout(storeId, variant, wanted));
      if (status === 404) throw new BillingRefused("Lemon Squeezy has no such store or variant: check the configuration.");
      const result = CheckoutSchema.safeParse(body);
      if (!result.success) throw new BillingUnavailable("The answer of Lemon Squeezy is not a checkout.");
      return { id: result.data.data.id, url: result.data.data.attributes.url };
    },

    getSubscription: subscriptionOf,
    getOrder: orderOf,
    getInvoice: invoiceOf,
    listSubscriptions: (mode) => walk(mode, (page) => listSubscriptions({ filter: { storeId }, page }), parseSubscription),
    listOrders: (mode) => walk(mode, (page) => listOrders({ filter: { storeId }, page }), parseOrder),
    // The invoices of one subscription are few, and a person waits for them.
    listInvoices: (mode, of) => walk(mode, (page) => listSubscriptionInvoices({ filter: { storeId, ...of }, page }), parseInvoice, of === undefined),

    changeVariant: (id, mode, variantId) => update(id, mode, { variantId: Number(variantId) }),
    pause: (id, mode, pause) => update(id, mode, { pause }),
    unpause: (id, mode) => update(id, mode, { pause: null }),
    cancel: (id, mode) => change(id, mode, () => cancelSubscription(id)),
    resume: (id, mode) => update(id, mode, { cancelled: false }),

    async portalLinks(id, mode) {
      const own = await detailsOf(id, mode);
      if (!own) throw notFound("subscription", id);
      const { customer_portal: portal, update_payment_method: updatePaymentMethod, customer_portal_update_subscription: changePlan } = own.urls;
      return { portal, updatePaymentMethod, changePlan: changePlan ?? null };
    },

    refundOrder: (id, mode, targetTotal) =>
      refundUpTo(
        targetTotal,
        () => orderOf(id, mode).then((order) => order ?? Promise.reject(notFound("order", id))),
        (cents) => call(mode, () => issueOrderRefund(id, cents), { isRepeatable: false, mayBeEmpty: true }),
      ),
    refundInvoice: (id, mode, targetTotal) =>
      refundUpTo(
        targetTotal,
        () => invoiceOf(id, mode).then((invoice) => invoice ?? Promise.reject(notFound("invoice", id))),
        (cents) => call(mode, () => issueSubscriptionInvoiceRefund(id, cents), { isRepeatable: false, mayBeEmpty: true }),
      ),
  };
}

const USE_PORTAL = "This subscription is paid with PayPal, so it cannot be changed from here: use the customer portal.";

const notFound = (kind: string, id: string) => new BillingRefused(`Lemon Squeezy has no ${kind} ${id} in this store and mode.`);
