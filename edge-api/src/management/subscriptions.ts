import { MarkupSchema, type MarkupInput, PageQuerySchema, pageOf, SubscriptionCreateSchema, SubscriptionSchema } from "@dramac/contracts";
import { recordEntitlement } from "../billing/effects/record-entitlement.ts";
import { linkInstallations } from "../billing/effects/subscription-row.ts";
import type { Tx } from "../db/database.ts";
import { ApiError } from "../http/api-error.ts";
import { operation } from "./operation.ts";
import { pageFrom, pageStart, cursorKey } from "../services/keyset-page.ts";
import { missing } from "../services/missing.ts";

const prices = (tx: Tx, cycle: "monthly" | "yearly") => tx`
  jsonb_build_object('wholesale', m.${tx(`wholesale_price_${cycle}`)}, 'retail', s.${tx(`retail_price_${cycle}_cached`)},
    'profit', s.${tx(`retail_price_${cycle}_cached`)} - m.${tx(`wholesale_price_${cycle}`)})`;

const columns = (tx: Tx) => tx`
  s.id, s.module_id as "moduleId", m.slug as "moduleSlug", m.name as "moduleName", s.status, s.billing_cycle as "billingCycle", s.currency,
  case s.markup_type
    when 'percentage' then jsonb_build_object('type', 'percentage', 'basisPoints', s.markup_basis_points)
    when 'fixed' then jsonb_build_object('type', 'fixed', 'amount', s.markup_fixed_amount)
    when 'custom' then jsonb_build_object('type', 'custom', 'monthly', s.custom_price_monthly, 'yearly', s.custom_price_yearly, 'isSubsidy', s.is_subsidy)
    else jsonb_build_object('type', 'passthrough') end as markup,
  ${prices(tx, "monthly")} as monthly, ${prices(tx, "yearly")} as yearly,
  jsonb_build_object('priceVersion', s.price_version, 'wholesale', s.price_wholesale) as agreed,
  s.max_installations as "maxInstallations", s.current_installations as "currentInstallations", s.current_period_end as "currentPeriodEnd",
  s.created_at as "createdAt", s.updated_at as "updatedAt"`;

/** A subscription as its agency sees it. */
export const getSubscription = async (tx: Tx, id: string) =>
  (await tx`select ${columns(tx)} from agency_module_subscriptions s join modules m on m.id = s.module_id where s.id = ${id}`)[0];

/** The columns of a markup; columns that it does not use get their initial values. */
const markupColumns = (markup: MarkupInput) => ({
  markup_type: markup.type,
  markup_basis_points: markup.type === "percentage" ? markup.basisPoints : 10_000,
  markup_fixed_amount: markup.type === "fixed" ? markup.amount : 0,
  custom_price_monthly: markup.type === "custom" ? markup.monthly : null,
  custom_price_yearly: markup.type === "custom" ? markup.yearly : null,
  is_subsidy: markup.type === "custom" && markup.isSubsidy,
});

/** @throws ApiError `validation_failed` for a billing cycle that the module is not sold in */
function requireSold(cycle: string, { pricing_type: type, yearly, monthly }: Readonly<Record<string, unknown>>): void {
  const sold =
    type === "free" ||
    type === cycle ||
    (type === "monthly" && cycle === "yearly" && yearly !== 0n) ||
    (type === "yearly" && cycle === "monthly" && monthly !== 0n);
  if (sold) return;
  throw new ApiError("validation_failed", `This module is sold ${type as string}, not ${cycle}.`, {
    faults: [{ path: "/billingCycle", message: `is not ${type as string}` }],
  });
}

/** An agency's subscriptions to modules, and the prices for its clients. */
export const subscriptionOperations = [
  operation({
    id: "subscription.list",
    method: "GET",
    path: "/api/agencies/{agencyId}/subscriptions",
    summary: "The agency's subscriptions, newest first, with wholesale, retail and profit.",
    minimumRole: "agency_member",
    query: PageQuerySchema,
    answer: pageOf(SubscriptionSchema),
    async run({ tx, ids, query }) {
      const rows = await tx`
        select ${columns(tx)}, ${cursorKey(tx, "s.created_at")} from agency_module_subscriptions s join modules m on m.id = s.module_id
        where s.agency_id = ${ids.agencyId} and (s.created_at, s.id) < ${pageStart(tx, query)} order by s.created_at desc, s.id desc limit ${query.limit + 1}`;
      return pageFrom(rows, query);
    },
  }),
  operation({
    id: "subscription.create",
    method: "POST",
    path: "/api/agencies/{agencyId}/subscriptions",
    summary: "Subscribes to a module. A free module runs at once; a paid one is pending until it is paid for.",
    minimumRole: "agency_admin",
    body: SubscriptionCreateSchema,
    answer: SubscriptionSchema,
    status: 201,
    constraints: { agency_module_subs_live: ["conflict", "This agency has a subscription to the module already. Change that one."] },
    async run({ tx, ids, body, now, record }) {
      const [module] = await tx`
        select pricing_type, currency, wholesale_price_monthly as monthly, wholesale_price_yearly as yearly from modules
        where id = ${body.moduleId} and status = 'active' and killed_at is null`;
      if (!module) throw new ApiError("not_found", "There is no such module to subscribe to.");
      requireSold(body.billingCycle, module);
      const status = module.pricing_type === "free" ? "active" : "pending";
      const [made] = await tx`
        insert into agency_module_subscriptions (agency_id, module_id, status, billing_cycle, currency)
        values (${ids.agencyId}, ${body.moduleId}, ${status}, ${body.billingCycle}, ${module.currency as string}) returning id`;
      await linkInstallations(tx, made?.id as string, now);
      const after = await getSubscription(tx, made?.id as string);
      record({ subject: "subscription", id: made?.id as string, after });
      return after;
    },
  }),
  operation({
    id: "subscription.end",
    method: "DELETE",
    path: "/api/agencies/{agencyId}/subscriptions/{subscriptionId}",
    summary: "Ends a free or pending subscription. A paid one is cancelled through billing.",
    minimumRole: "agency_admin",
    answer: SubscriptionSchema,
    async run({ tx, ids, now, record }) {
      const [row] = await tx`
        select s.status, m.pricing_type, coalesce(s.provider_subscription_id, s.provider_order_id) as paid
        from agency_module_subscriptions s join modules m on m.id = s.module_id where s.id = ${ids.subscriptionId} for update of s`;
      if (!row) throw missing();
      if (row.paid || (row.status !== "pending" && row.pricing_type !== "free")) {
        throw new ApiError("conflict", "This subscription is paid for. Cancel it through billing.");
      }
      await tx`update agency_module_subscriptions set status = 'expired' where id = ${ids.subscriptionId}`;
      await recordEntitlement(tx, ids.subscriptionId, { kind: "operation", id: null, detail: "subscription.end" }, now);
      record({ subject: "subscription", id: ids.subscriptionId, before: { status: row.status as string }, after: { status: "expired" } });
      return getSubscription(tx, ids.subscriptionId);
    },
  }),
  operation({
    id: "subscription.set-markup",
    method: "PUT",
    path: "/api/agencies/{agencyId}/subscriptions/{subscriptionId}/markup",
    summary: "Sets the markup that clients pay on top of the wholesale price.",
    minimumRole: "agency_admin",
    body: MarkupSchema,
    answer: SubscriptionSchema,
    constraints: {
      custom_markup_has_a_price: ["validation_failed", "A custom markup needs a monthly or a yearly price."],
      custom_price_covers_wholesale: ["validation_failed", "This price is below wholesale and loses money: raise it, or set isSubsidy."],
    },
    async run({ tx, ids, body, record }) {
      await tx`select from agency_module_subscriptions where id = ${ids.subscriptionId} for update`;
      const before = await getSubscription(tx, ids.subscriptionId);
      if (!before) throw missing();
      await tx`update agency_module_subscriptions set ${tx(markupColumns(body))} where id = ${ids.subscriptionId}`;
      record({ subject: "subscription", id: ids.subscriptionId, before: { markup: before.markup as unknown }, after: { markup: body } });
      return getSubscription(tx, ids.subscriptionId);
    },
  }),
];
