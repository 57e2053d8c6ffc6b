import { AgencyModuleSchema, ClientModuleSchema, ModuleQuerySchema, pageOf } from "@dramac/contracts";
import type { Tx } from "../../db/database.ts";
import { operation } from "../operation.ts";
import { pageFrom, pageStart, cursorKey } from "../../services/keyset-page.ts";
import { costOf, factsOf, matching } from "./columns.ts";

/** Whether the agency has a subscription to a module `m` that has not expired; a pending one counts. */
const subscribed = (tx: Tx) => tx`exists (select from agency_module_subscriptions s where s.module_id = m.id and s.status <> 'expired')`;

/** The catalogue for buyers: agencies see wholesale prices, clients see retail prices. */
export const browseOperations = [
  operation({
    id: "module.browse",
    method: "GET",
    path: "/api/agencies/{agencyId}/modules",
    summary: "The modules that the agency can subscribe to, newest first, with their wholesale prices.",
    minimumRole: "agency_member",
    query: ModuleQuerySchema,
    answer: pageOf(AgencyModuleSchema),
    async run({ tx, query }) {
      const rows = await tx`select ${factsOf(tx)}, ${costOf(tx)}, ${subscribed(tx)} as "isSubscribed", ${cursorKey(tx, "m.created_at")} from modules m
        where m.status = 'active' and m.killed_at is null and ${matching(tx, query)} and (m.created_at, m.id) < ${pageStart(tx, query)}
        order by m.created_at desc, m.id desc limit ${query.limit + 1}`;
      return pageFrom(rows, query);
    },
  }),
  operation({
    id: "module.offer",
    method: "GET",
    path: "/api/clients/{clientId}/modules",
    summary: "The modules that the agency offers its clients, newest first, at its retail prices.",
    minimumRole: "client_member",
    query: ModuleQuerySchema,
    answer: pageOf(ClientModuleSchema),
    async run({ tx, query }) {
      const rows = await tx`
        select ${factsOf(tx)}, s.retail_price_monthly_cached as "retailMonthly", s.retail_price_yearly_cached as "retailYearly", ${cursorKey(tx, "m.created_at")}
        from modules m join agency_module_subscriptions s on s.module_id = m.id and s.status in ('on_trial', 'active', 'past_due', 'cancelled')
        where m.status = 'active' and m.killed_at is null and m.install_level in ('client', 'site') and ${matching(tx, query)} and (m.created_at, m.id) < ${pageStart(tx, query)}
        order by m.created_at desc, m.id desc limit ${query.limit + 1}`;
      return pageFrom(rows, query);
    },
  }),
];
