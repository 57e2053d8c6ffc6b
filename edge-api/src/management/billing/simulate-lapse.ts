import { ENTITLEMENT_REASONS, LapseSchema, lapseTimelineOf, type Manifest, SimulateLapseSchema, type SubscriptionFacts } from "@dramac/contracts";
import { z } from "zod";
import { subscriptionFacts } from "../../services/entitlements.ts";
import { operation } from "../operation.ts";
import type { BillingServices } from "./billing-services.ts";

const MAX_INSTALLATIONS = 1_000;

/** Shows what would stop, and when, if an agency paid no more. It changes nothing. */
export const lapseOperations = ({ clock }: Pick<BillingServices, "clock">) => [
  operation({
    id: "agency.simulate-lapse",
    method: "POST",
    path: "/api/agencies/{agencyId}/simulate-lapse",
    summary: "Which installations would change, how and when, if the agency paid nothing from today. At most 1,000; filter by module to see others.",
    minimumRole: "agency_member",
    allowedWhenSuspended: true,
    isReadOnly: true,
    body: SimulateLapseSchema,
    answer: z.strictObject({ installations: z.array(LapseSchema), isComplete: z.boolean() }),
    async run({ tx, body, agencyId }) {
      const rows = await tx`
        select i.id, i.level, i.client_id, c.name as client_name, i.site_id, site.name as site_name, i.module_id, m.name as module_name, v.manifest -> 'fallback' as fallback,
          ${subscriptionFacts(tx)} as facts
        from installations i join modules m on m.id = i.module_id
          join agency_module_subscriptions s on s.id = i.agency_subscription_id and s.agency_id = i.agency_id
          join module_versions v on v.module_id = m.id and v.version = coalesce(i.pinned_version, m.current_version)
          left join clients c on c.id = i.client_id left join sites site on site.id = i.site_id
        where i.agency_id = ${agencyId} and i.uninstalled_at is null and m.pricing_type <> 'free' ${body.moduleId ? tx`and i.module_id = ${body.moduleId}` : tx``}
        order by i.id limit ${MAX_INSTALLATIONS + 1}`;
      const now = clock();
      return {
        installations: rows.slice(0, MAX_INSTALLATIONS).map((row) => ({
          installationId: row.id,
          level: row.level,
          clientId: row.client_id,
          clientName: row.client_name,
          siteId: row.site_id,
          siteName: row.site_name,
          moduleId: row.module_id,
          moduleName: row.module_name,
          fallback: fallbackTextOf(row.fallback as Manifest["fallback"]),
          steps: lapseTimelineOf(row.facts as SubscriptionFacts, false, now).map(({ at, reason, ...step }) => ({
            at: new Date(at),
            reason,
            sentence: ENTITLEMENT_REASONS[reason],
            ...step,
          })),
        })),
        isComplete: rows.length <= MAX_INSTALLATIONS,
      };
    },
  }),
];

const fallbackTextOf = (fallback: Manifest["fallback"]): string => (fallback.kind === "placeholder" ? (fallback.text ?? "") : "nothing");
