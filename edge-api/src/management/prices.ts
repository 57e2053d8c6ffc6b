import {
  ClientPriceChangeSchema,
  PageQuerySchema,
  PriceChangeQuerySchema,
  PriceChangeSchema,
  PriceMoveSchema,
  PriceVersionSchema,
  pageOf,
} from "@dramac/contracts";
import type { Tx } from "../db/database.ts";
import { announceMove } from "../services/announce-prices.ts";
import { operation } from "./operation.ts";
import { pageFrom, pageStart, cursorKey } from "../services/keyset-page.ts";
import { missing } from "../services/missing.ts";

const facts = (tx: Tx) => tx`
  c.id, c.module_id as "moduleId", m.slug as "moduleSlug", m.name as "moduleName", c.client_id as "clientId", c.site_id as "siteId",
  c.installation_id as "installationId", c.level, c.currency, c.billing_cycle as "billingCycle", c.status, c.announced_at as "announcedAt",
  c.effective_at as "effectiveAt", ${cursorKey(tx, "c.announced_at")}`;

const step = (tx: Tx, what: "wholesale" | "paid") => tx`
  jsonb_build_object('from', c.${tx(`from_${what}`)}, 'to', c.${tx(`to_${what}`)}, 'difference', c.${tx(`to_${what}`)} - c.${tx(`from_${what}`)})`;

/** Versions of prices: past ones, announced ones, and moving earlier sales to the current price. */
export const priceOperations = [
  operation({
    id: "module.list-prices",
    method: "GET",
    path: "/api/admin/modules/{moduleId}/prices",
    summary: "Every price of the module, newest first: when it was announced, and from when it applies to earlier sales.",
    minimumRole: "super_admin",
    query: PageQuerySchema,
    answer: pageOf(PriceVersionSchema),
    async run({ tx, ids, query }) {
      const [module] = await tx`select from modules where id = ${ids.moduleId}`;
      if (!module) throw missing();
      const rows = await tx`
        select v.module_id as id, v.version, v.pricing_type as "pricingType", v.currency, v.wholesale_price_monthly as "wholesaleMonthly",
          v.wholesale_price_yearly as "wholesaleYearly", v.wholesale_price_one_time as "wholesaleOneTime",
          v.suggested_retail_monthly as "suggestedRetailMonthly", v.suggested_retail_yearly as "suggestedRetailYearly",
          v.announced_at as "announcedAt", v.effective_from as "effectiveFrom", ${cursorKey(tx, "v.announced_at")}
        from module_price_versions v
        where v.module_id = ${ids.moduleId} and (v.announced_at, v.module_id) < ${pageStart(tx, query)}
        order by v.announced_at desc limit ${query.limit + 1}`;
      const page = pageFrom(rows, query);
      return { ...page, items: page.items.map(({ id: _, ...version }) => version) };
    },
  }),
  operation({
    id: "price-change.list",
    method: "GET",
    path: "/api/agencies/{agencyId}/price-changes",
    summary: "Price changes that were announced to the agency and to its clients, newest first: what changes, when, and by how much.",
    minimumRole: "agency_member",
    query: PriceChangeQuerySchema,
    answer: pageOf(PriceChangeSchema),
    async run({ tx, ids, query }) {
      const rows = await tx`
        select ${facts(tx)}, c.subscription_id as "subscriptionId", c.cause, ${step(tx, "wholesale")} as wholesale, ${step(tx, "paid")} as paid
        from price_changes c join modules m on m.id = c.module_id
        where c.agency_id = ${ids.agencyId} and c.status = ${query.status} and (c.announced_at, c.id) < ${pageStart(tx, query)}
        order by c.announced_at desc, c.id desc limit ${query.limit + 1}`;
      return pageFrom(rows, query);
    },
  }),
  operation({
    id: "client-price-change.list",
    method: "GET",
    path: "/api/clients/{clientId}/price-changes",
    summary: "Announced changes of what the client pays, newest first.",
    minimumRole: "client_member",
    query: PriceChangeQuerySchema,
    answer: pageOf(ClientPriceChangeSchema),
    async run({ tx, ids, query }) {
      // A client must not see changes that only affect what its agency pays.
      const rows = await tx`
        select ${facts(tx)}, ${step(tx, "paid")} as retail from price_changes c join modules m on m.id = c.module_id
        where c.client_id = ${ids.clientId} and c.level in ('client', 'site') and c.to_paid is distinct from c.from_paid
          and c.status = ${query.status} and (c.announced_at, c.id) < ${pageStart(tx, query)}
        order by c.announced_at desc, c.id desc limit ${query.limit + 1}`;
      return pageFrom(rows, query);
    },
  }),
  operation({
    id: "subscription.move-price",
    method: "POST",
    path: "/api/agencies/{agencyId}/subscriptions/{subscriptionId}/price-move",
    summary: "Moves all installations of a subscription to the current price, after 30 days' notice.",
    minimumRole: "agency_admin",
    answer: PriceMoveSchema,
    async run({ tx, ids: { subscriptionId }, record }) {
      const [held] = await tx`select from agency_module_subscriptions where id = ${subscriptionId} for update`;
      if (!held) throw missing();
      const after = await announceMove(tx, { subscriptionId });
      record({ subject: "subscription", id: subscriptionId, after });
      return after;
    },
  }),
];
