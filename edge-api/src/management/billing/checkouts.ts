import { randomBytes } from "node:crypto";
import { CheckoutCreateSchema, CheckoutSchema, isTaken, type SubscriptionFacts } from "@dramac/contracts";
import { z } from "zod";
import type { Tx } from "../../db/database.ts";
import { ApiError } from "../../http/api-error.ts";
import { subscriptionFacts } from "../../services/entitlements.ts";
import { externalOperation, operation } from "../operation.ts";
import { missing } from "../../services/missing.ts";
import { callProvider } from "./call-provider.ts";
import type { BillingServices } from "./billing-services.ts";

/** How long the buyer can pay. */
const OPEN_MINUTES = 30;

interface Row {
  readonly id: string;
  readonly url: string | null;
  readonly amount: bigint;
  readonly email: string;
  readonly variantId: string;
  readonly expiresAt: Date;
  readonly productName: string;
  readonly redirectUrl: string;
}

const columns = (tx: Tx) => tx`
  c.id, c.subscription_id as "subscriptionId", c.status, case when c.status = 'open' then c.url end as url, c.amount, c.currency, c.billing_cycle as "billingCycle",
  c.expires_at as "expiresAt", c.reason`;

/** Buying a module. The agreed terms are stored first, and only the id of the checkout goes to the provider. */
export const checkoutOperations = ({ provider, settings, clock }: BillingServices) => [
  externalOperation({
    id: "checkout.open",
    method: "POST",
    path: "/api/agencies/{agencyId}/subscriptions/{subscriptionId}/checkout",
    summary: "Opens a checkout for half an hour, or returns the one that is open. After a payment at its url the module runs within seconds.",
    minimumRole: "agency_admin",
    body: CheckoutCreateSchema,
    answer: CheckoutSchema,
    status: 201,
    constraints: { checkout_intents_open: ["conflict", "Another request is opening a checkout at the same time. Try again."] },
    async run({ tx, agencyId, ids, body }): Promise<Row> {
      requireSafeRedirect(body.redirectUrl);
      const now = new Date(clock());
      const sold = await lockSellableSubscription(tx, ids.subscriptionId, settings, now.getTime());
      await tx`update checkout_intents set status = 'expired' where subscription_id = ${ids.subscriptionId} and status = 'open' and expires_at <= ${now}`;
      const email = body.email ?? (await ownersEmail(tx, agencyId));
      await tx`
        insert into checkout_intents (id, agency_id, subscription_id, provider, store, mode, variant_id, billing_cycle, currency, amount, price_version, email, expires_at, created_at)
        values (${`ci_${randomBytes(16).toString("base64url")}`}, ${agencyId}, ${ids.subscriptionId}, ${provider.name}, ${settings.storeId}, ${settings.mode}, ${sold.variantId},
          ${sold.cycle}, ${sold.currency}, ${sold.amount}, ${sold.priceVersion}, ${email}, ${new Date(now.getTime() + OPEN_MINUTES * 60_000)}, ${now})
        on conflict (subscription_id) where status = 'open' do nothing`;
      const [open] = await tx`
        select id, url, amount, email, variant_id as "variantId", expires_at as "expiresAt" from checkout_intents where subscription_id = ${ids.subscriptionId} and status = 'open'`;
      return { ...(open as unknown as Row), productName: sold.name, redirectUrl: body.redirectUrl };
    },
    external: {
      async send({ id, url, amount, email, variantId, expiresAt, productName, redirectUrl }) {
        // Repeated with the same id if an answer was lost. A second page for one checkout does no harm, because only one is ever shown.
        if (url !== null) return { url, checkoutId: undefined };
        const made = await callProvider(() =>
          provider.createCheckout({
            mode: settings.mode,
            variantId,
            productName,
            amount,
            intentId: id,
            email,
            redirectUrl,
            expiresAt: expiresAt.toISOString(),
          }),
        );
        return { url: made.url, checkoutId: made.id };
      },
      async complete({ tx, record }, { id }, { url, checkoutId }) {
        if (checkoutId !== undefined) await tx`update checkout_intents set checkout_id = ${checkoutId}, url = ${url} where id = ${id} and url is null`;
        const [after] = await tx`select ${columns(tx)} from checkout_intents c where c.id = ${id}`;
        const { amount, currency, subscriptionId } = after as unknown as { amount: bigint; currency: string; subscriptionId: string };
        record({ subject: "checkout", id, after: { subscriptionId, amount, currency } });
        return after;
      },
    },
  }),
  operation({
    id: "checkout.list",
    method: "GET",
    path: "/api/agencies/{agencyId}/subscriptions/{subscriptionId}/checkouts",
    summary: "The last twenty checkouts of a subscription, with their results.",
    minimumRole: "agency_member",
    answer: z.strictObject({ items: z.array(CheckoutSchema) }),
    async run({ tx, ids }) {
      const [known] = await tx`select from agency_module_subscriptions where id = ${ids.subscriptionId}`;
      if (!known) throw missing();
      return {
        items: await tx`select ${columns(tx)} from checkout_intents c where c.subscription_id = ${ids.subscriptionId} order by c.created_at desc limit 20`,
      };
    },
  }),
];

/** What to do instead of paying a second time, by status. */
const ALREADY_TAKEN: Readonly<Record<string, string>> = {
  cancelled: "It was cancelled and runs until its period ends. Take the cancellation back, or wait until then.",
  past_due: "A payment is overdue. Pay it in the provider's portal, not a second time here.",
  unpaid: "A payment is overdue. Pay it in the provider's portal, not a second time here.",
  paused: "It is paused. Resume it in the provider's portal; do not pay a second time here.",
};

/** @throws ApiError if the subscription cannot be bought now, with what to do instead */
async function lockSellableSubscription(tx: Tx, id: string, settings: BillingServices["settings"], now: number) {
  const [row] = await tx`
    select s.status, s.billing_cycle as cycle, ${subscriptionFacts(tx)} as facts, m.name, m.status as module_status, m.killed_at, m.pricing_type, m.currency, m.price_version as "priceVersion",
      case s.billing_cycle when 'monthly' then m.wholesale_price_monthly when 'yearly' then m.wholesale_price_yearly else m.wholesale_price_one_time end as amount
    from agency_module_subscriptions s join modules m on m.id = s.module_id where s.id = ${id} for update of s`;
  if (!row) throw missing();
  const { status, cycle, name, currency } = row as unknown as Record<string, string> & { cycle: keyof BillingServices["settings"]["variants"] };
  if (row.module_status !== "active" || row.killed_at) throw new ApiError("module_not_active", `${name} is not sold at the moment.`);
  if (row.pricing_type === "free" || !row.amount) throw new ApiError("conflict", `${name} is free: there is nothing to pay.`);
  if (isTaken(row.facts as SubscriptionFacts, now)) throw new ApiError("conflict", ALREADY_TAKEN[status as string] ?? "This subscription is paid for.");
  const variantId = settings.variants[cycle];
  if (!variantId) throw new ApiError("not_available_here", `Nothing is sold ${cycle} here: the platform has set no variant for it.`);
  if (currency !== settings.currency) throw new ApiError("not_available_here", `${name} is priced in ${currency}, and the store takes ${settings.currency}.`);
  return { name: name as string, cycle, currency: currency as string, variantId, amount: row.amount as bigint, priceVersion: row.priceVersion as number };
}

async function ownersEmail(tx: Tx, agencyId: string): Promise<string> {
  const [row] =
    await tx`select email from profiles where agency_id = ${agencyId} and role in ('agency_owner', 'agency_admin') order by role desc, created_at limit 1`;
  if (!row)
    throw new ApiError("validation_failed", "This agency has no owner yet: give the email address for the receipt.", {
      faults: [{ path: "/email", message: "is missing" }],
    });
  return row.email as string;
}

/** @throws ApiError `validation_failed` */
function requireSafeRedirect(address: string): void {
  const { protocol, hostname, username, password } = new URL(address);
  const isLocal = hostname === "localhost" || hostname.endsWith(".localhost");
  if ((protocol === "https:" || isLocal) && !username && !password) return;
  throw new ApiError("validation_failed", "The redirectUrl must use https and contain no password.", {
    faults: [{ path: "/redirectUrl", message: "is not https" }],
  });
}
