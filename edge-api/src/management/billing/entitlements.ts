import { EntitlementSchema, PaymentSchema } from "@dramac/contracts";
import { z } from "zod";
import { installationScopeOf, readInstallation } from "../../services/installations/read.ts";
import { ROOTS, type TenantLevel } from "../../services/installations/installation-scope.ts";
import { operation } from "../operation.ts";
import { missing } from "../../services/missing.ts";
import { explainInstallation, explainSubscription } from "./explain-entitlement.ts";
import type { BillingServices } from "./billing-services.ts";

const PATH = "/api/agencies/{agencyId}/subscriptions/{subscriptionId}";
const MAX_PAYMENTS = 200;

/** Why something runs, or does not. */
export const entitlementOperations = ({ clock }: Pick<BillingServices, "clock">) => [
  operation({
    id: "subscription.entitlement",
    method: "GET",
    path: `${PATH}/entitlement`,
    summary: "Whether what runs under a subscription may run: the reason, the event that brought it, until when, and what would change it.",
    minimumRole: "agency_member",
    answer: EntitlementSchema,
    run: ({ tx, ids }) => explainSubscription(tx, ids.subscriptionId, clock()),
  }),
  operation({
    id: "subscription.payments",
    method: "GET",
    path: `${PATH}/payments`,
    summary: "What was paid for a subscription and what was given back, newest first.",
    minimumRole: "agency_admin",
    answer: z.strictObject({ items: z.array(PaymentSchema) }),
    async run({ tx, ids }) {
      const [known] = await tx`select from agency_module_subscriptions where id = ${ids.subscriptionId}`;
      if (!known) throw missing();
      const rows = await tx`
        select kind, id, state from billing_resources where subscription_id = ${ids.subscriptionId} and kind in ('order', 'invoice')
        order by state ->> 'createdAt' desc limit ${MAX_PAYMENTS}`;
      return {
        items: rows.map(({ kind, id, state }) => {
          const { status, currency, createdAt, ...amounts } = state as Record<string, string>;
          const amount = (name: string) => Number(amounts[name]);
          return {
            kind,
            id,
            status,
            currency,
            subtotal: amount("subtotal"),
            discount: amount("discount"),
            tax: amount("tax"),
            total: amount("total"),
            refunded: amount("refunded"),
            at: createdAt,
          };
        }),
      };
    },
  }),
  ...(["agency", "client", "site"] as const).map((level: TenantLevel) =>
    operation({
      id: `${level}.installation.entitlement`,
      method: "GET",
      path: `${ROOTS[level]}/installations/{installationId}/entitlement`,
      summary: "Whether an installation may run, why, because of what, until when, and what would change it.",
      minimumRole: "agency_member",
      answer: EntitlementSchema,
      async run({ tx, agencyId, ids }) {
        await readInstallation(tx, await installationScopeOf(tx, level, agencyId, ids), ids.installationId);
        return explainInstallation(tx, ids.installationId, clock());
      },
    }),
  ),
];
