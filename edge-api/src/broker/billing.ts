import type { Database } from "../db/database.ts";
import { ApiError } from "../http/api-error.ts";
import { toJson } from "../services/to-json.ts";
import type { Caller } from "../services/caller.ts";

/** The price that this installation was sold at, and whether it is paid for. It never tells what the agency pays. */
export const createBillingRead = (database: Database) =>
  async function read({ installation: { id, agencyId } }: Caller): Promise<Record<string, unknown>> {
    const [row] = await database.withTenant(
      agencyId,
      (tx) => tx`
      select i.billing_cycle as "billingCycle", i.price_currency as currency, i.price_paid as price, i.installed_at as since,
        coalesce(s.status, 'free') as status, s.current_period_end as "currentPeriodEnd"
      from installations i left join agency_module_subscriptions s on s.id = i.agency_subscription_id where i.id = ${id}`,
    );
    if (!row) throw new ApiError("not_found", "There is no such installation.");
    return toJson(row) as Record<string, unknown>;
  };
