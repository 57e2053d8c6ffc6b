import {
  MODULE_STATUS_CHANGES,
  ModuleChangeSchema,
  ModuleCreateSchema,
  ModulePricesSchema,
  type ModuleStatus,
  ModuleStatusSchema,
  PlatformModuleQuerySchema,
  PlatformModuleSchema,
  pageOf,
} from "@dramac/contracts";
import type { Tx } from "../../db/database.ts";
import { ApiError } from "../../http/api-error.ts";
import { announceWholesale } from "../../services/announce-prices.ts";
import { operation } from "../operation.ts";
import { pageFrom, pageStart, cursorKey } from "../../services/keyset-page.ts";
import { updateRow } from "../../services/update-row.ts";
import { missing } from "../../services/missing.ts";
import { costOf, factsOf, matching } from "./columns.ts";

const columns = (tx: Tx) => tx`${factsOf(tx)}, ${costOf(tx)}, m.price_version as "priceVersion", m.killed_at as "killedAt"`;
const get = async (tx: Tx, id: string) => (await tx`select ${columns(tx)} from modules m where m.id = ${id}`)[0];

/**
 * Locks the subscriptions of a module, before the module itself, like everything that installs. When a free module becomes a paid
 * one, its unpaid subscriptions become pending. @throws ApiError `conflict` when a subscription was agreed in another currency
 */
async function applyPricingToSubscriptions(tx: Tx, moduleId: string, { currency, pricingType }: { currency: string; pricingType: string }): Promise<void> {
  const rows = await tx`select currency from agency_module_subscriptions where module_id = ${moduleId} and status <> 'expired' order by id for update`;
  const [module] = await tx`select pricing_type from modules where id = ${moduleId}`;
  if (rows.some((row) => row.currency !== currency)) {
    throw new ApiError("conflict", `${rows.length} subscription(s) were agreed in ${rows[0]?.currency as string}. End them first, or keep the currency.`);
  }
  if (module?.pricing_type !== "free" || pricingType === "free") return;
  await tx`update agency_module_subscriptions set status = 'pending'
    where module_id = ${moduleId} and status = 'active' and provider <> 'manual' and provider_subscription_id is null and provider_order_id is null`;
}

/** The platform's own view of the catalogue. */
export const moduleOperations = [
  operation({
    id: "module.list",
    method: "GET",
    path: "/api/admin/modules",
    summary: "All modules in every state, newest first.",
    minimumRole: "super_admin",
    query: PlatformModuleQuerySchema,
    answer: pageOf(PlatformModuleSchema),
    async run({ tx, query }) {
      const rows = await tx`select ${columns(tx)}, ${cursorKey(tx, "m.created_at")} from modules m
        where ${matching(tx, query)} and ${query.status === undefined ? tx`true` : tx`m.status = ${query.status}`} and (m.created_at, m.id) < ${pageStart(tx, query)}
        order by m.created_at desc, m.id desc limit ${query.limit + 1}`;
      return pageFrom(rows, query);
    },
  }),
  operation({
    id: "module.create",
    method: "POST",
    path: "/api/admin/modules",
    summary: "Adds a module as a draft. Packages are published to it under its slug.",
    minimumRole: "super_admin",
    body: ModuleCreateSchema,
    answer: PlatformModuleSchema,
    status: 201,
    constraints: { modules_slug_key: ["conflict", "A module has this slug. Choose another."] },
    async run({ tx, body: { installLevel, isFeatured, ...rest }, record }) {
      const [made] = await tx`insert into modules ${tx({ ...rest, install_level: installLevel, is_featured: isFeatured })} returning id`;
      const after = await get(tx, made?.id as string);
      record({ subject: "module", id: made?.id as string, after });
      return after;
    },
  }),
  operation({
    id: "module.get",
    method: "GET",
    path: "/api/admin/modules/{moduleId}",
    summary: "The module, with its prices.",
    minimumRole: "super_admin",
    answer: PlatformModuleSchema,
    async run({ tx, ids }) {
      const found = await get(tx, ids.moduleId);
      if (!found) throw missing();
      return found;
    },
  }),
  operation({
    id: "module.update",
    method: "PATCH",
    path: "/api/admin/modules/{moduleId}",
    summary: "Changes a module's entry in the catalogue.",
    minimumRole: "super_admin",
    body: ModuleChangeSchema,
    answer: PlatformModuleSchema,
    async run({ tx, ids, body: { isFeatured, ...rest }, record }) {
      record({ subject: "module", id: ids.moduleId, ...(await updateRow(tx, "modules", ids.moduleId, { ...rest, is_featured: isFeatured })) });
      return get(tx, ids.moduleId);
    },
  }),
  operation({
    id: "module.set-prices",
    method: "PUT",
    path: "/api/admin/modules/{moduleId}/prices",
    summary: "Sets the wholesale prices and the suggested retail prices. They apply to new sales at once, and to earlier sales after 30 days' notice.",
    minimumRole: "super_admin",
    body: ModulePricesSchema,
    answer: PlatformModuleSchema,
    async run({ tx, ids, body, record }) {
      await applyPricingToSubscriptions(tx, ids.moduleId, body);
      const change = await updateRow(tx, "modules", ids.moduleId, {
        pricing_type: body.pricingType,
        currency: body.currency,
        wholesale_price_monthly: body.wholesaleMonthly,
        wholesale_price_yearly: body.wholesaleYearly,
        wholesale_price_one_time: body.wholesaleOneTime,
        suggested_retail_monthly: body.suggestedRetailMonthly,
        suggested_retail_yearly: body.suggestedRetailYearly,
      });
      const announced = await announceWholesale(tx, ids.moduleId);
      record({ subject: "module", id: ids.moduleId, before: change.before, after: { ...change.after, announced } });
      return get(tx, ids.moduleId);
    },
  }),
  operation({
    id: "module.set-status",
    method: "PUT",
    path: "/api/admin/modules/{moduleId}/status",
    summary: "Sets the status of a module: draft, review, active, deprecated (runs, but cannot be installed), or disabled (runs nowhere).",
    minimumRole: "super_admin",
    body: ModuleStatusSchema,
    answer: PlatformModuleSchema,
    async run({ tx, ids, body: { status, reason }, record }) {
      const [module] = await tx`
        select m.status, exists (select from module_versions v where v.module_id = m.id and v.version = m.current_version and v.status = 'published') as published
        from modules m where m.id = ${ids.moduleId} for update of m`;
      if (!module) throw missing();
      const before = module.status as ModuleStatus;
      if (!MODULE_STATUS_CHANGES[before].includes(status)) {
        throw new ApiError("conflict", `A module that is ${before} can become ${MODULE_STATUS_CHANGES[before].join(" or ")}, not ${status}.`);
      }
      if (status === "active" && !module.published) throw new ApiError("conflict", "Publish a version first: there is nothing to run.");
      await tx`update modules set status = ${status} where id = ${ids.moduleId}`;
      record({ subject: "module", id: ids.moduleId, before: { status: before }, after: { status }, reason });
      return get(tx, ids.moduleId);
    },
  }),
];
