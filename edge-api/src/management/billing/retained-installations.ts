import { RetainedInstallationsInputSchema, RetainedInstallationsSchema } from "@dramac/contracts";
import type { Tx } from "../../db/database.ts";
import { ApiError } from "../../http/api-error.ts";
import { applyInstallationLimit } from "../../services/limits.ts";
import { operation } from "../operation.ts";
import { missing } from "../../services/missing.ts";
import type { BillingServices } from "./billing-services.ts";

const PATH = "/api/agencies/{agencyId}/subscriptions/{subscriptionId}/kept-installations";

/** For an agency that has more installations than its subscription covers. */
export const retainedInstallationOperations = ({ clock }: Pick<BillingServices, "clock">) => [
  operation({
    id: "subscription.keep-installations",
    method: "PUT",
    path: PATH,
    summary:
      "Selects the installations that stay when there are more than the subscription covers; without a selection the oldest stay. It can be changed at any time.",
    minimumRole: "agency_admin",
    body: RetainedInstallationsInputSchema,
    answer: RetainedInstallationsSchema,
    async run({ tx, ids, body, record }) {
      const [row] =
        await tx`select max_installations as max, kept_installations as kept, limit_ends_at from agency_module_subscriptions where id = ${ids.subscriptionId} for update`;
      if (!row) throw missing();
      if (row.limit_ends_at === null) throw new ApiError("conflict", "The subscription covers all installations, so all of them stay.");
      const wanted = [...new Set(body.installationIds)];
      if (wanted.length > (row.max as number)) {
        const message = `names ${wanted.length}, and the subscription covers ${row.max}`;
        throw new ApiError("validation_failed", `This ${message}: pick fewer.`, { faults: [{ path: "/installationIds", message }] });
      }
      await requireInstalled(tx, ids.subscriptionId, wanted);
      await tx`update agency_module_subscriptions set kept_installations = ${wanted} where id = ${ids.subscriptionId}`;
      await applyInstallationLimit(tx, ids.subscriptionId, new Date(clock()));
      record({ subject: "subscription", id: ids.subscriptionId, before: { kept: row.kept as string[] }, after: { kept: wanted } });
      return read(tx, ids.subscriptionId);
    },
  }),
];

/** @throws ApiError `validation_failed` for an installation that does not belong to this subscription */
async function requireInstalled(tx: Tx, subscriptionId: string, wanted: readonly string[]): Promise<void> {
  const known =
    await tx`select id from installations where agency_subscription_id = ${subscriptionId} and uninstalled_at is null and id = any(${[...wanted]}::uuid[])`;
  const found = new Set(known.map(({ id }) => id as string));
  const faults = wanted.flatMap((id, index) =>
    found.has(id) ? [] : [{ path: `/installationIds/${index}`, message: "is not installed under this subscription" }],
  );
  if (faults.length) throw new ApiError("validation_failed", "Name only installations of this subscription.", { faults });
}

const MAX_INSTALLATIONS = 1_000;

async function read(tx: Tx, subscriptionId: string) {
  const [row] =
    await tx`select max_installations as "maxInstallations", limit_ends_at as "endsAt" from agency_module_subscriptions where id = ${subscriptionId}`;
  const installations = await tx`
    select id, level, client_id as "clientId", site_id as "siteId", installed_at as "installedAt", limit_status as "limitStatus" from installations
    where agency_subscription_id = ${subscriptionId} and uninstalled_at is null order by limit_status = 'within' desc, installed_at, id limit ${MAX_INSTALLATIONS}`;
  return { ...row, installations };
}
