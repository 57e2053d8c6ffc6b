import { EntitlementSchema, PaymentSchema } from "@dramac/contracts";
import { z } from "zod";
import { readPayments } from "../../billing/provider-mirror.ts";
import { installationScopeOf, readInstallation } from "../../services/installations/read.ts";
import { ROOTS, type TenantLevel } from "../../services/installations/installation-scope.ts";
import { operation } from "../operation.ts";
import { missing } from "../../services/missing.ts";
import { explainInstallation, explainSubscription } from "./explain-entitlement.ts";
import type { BillingServices } from "./billing-services.ts";

const PATH = "/api/agencies/{agencyId}/subscriptions/{subscriptionId}";
const MAX_PAYMENTS = 200;

/** Explains why a subscription or an installation may run. */
export const entitlementOperations = ({ clock }: Pick<BillingServices, "clock">) => [
  operation({
    id: "subscription.entitlement",
    method: "GET",
    path: `${PATH}/entitlement`,
    summary: "Whether the installations of a subscription may run: the reason, the event that caused it, until when, and what would change it.",
    minimumRole: "agency_member",
    answer: EntitlementSchema,
    run: ({ tx, ids }) => explainSubscription(tx, ids.subscriptionId, clock()),
  }),
  operation({
    id: "subscription.payments",
    method: "GET",
    path: `${PATH}/payments`,
    summary: "The payments and refunds of a subscription, newest first.",
    minimumRole: "agency_admin",
    answer: z.strictObject({ items: z.array(PaymentSchema) }),
    async run({ tx, ids }) {
      const [known] = await tx`select from agency_module_subscriptions where id = ${ids.subscriptionId}`;
      if (!known) throw missing();
      const payments = await readPayments(tx, ids.subscriptionId, MAX_PAYMENTS);
      return {
        items: payments.map(({ kind, resource: { id, status, currency, subtotal, discount, tax, total, refunded, createdAt } }) => ({
          kind,
          id,
          status,
          currency,
          subtotal: Number(subtotal),
          discount: Number(discount),
          tax: Number(tax),
          total: Number(total),
          refunded: Number(refunded),
          at: createdAt,
        })),
      };
    },
  }),
  ...(["agency", "client", "site"] as const).map((level: TenantLevel) =>
    operation({
      id: `${level}.installation.entitlement`,
      method: "GET",
      path: `${ROOTS[level]}/installations/{installationId}/entitlement`,
      summary: "Whether an installation may run: the reason, the event that caused it, until when, and what would change it.",
      minimumRole: "agency_member",
      answer: EntitlementSchema,
      async run({ tx, agencyId, ids }) {
        await readInstallation(tx, await installationScopeOf(tx, level, agencyId, ids), ids.installationId);
        return explainInstallation(tx, ids.installationId, clock());
      },
    }),
  ),
];
