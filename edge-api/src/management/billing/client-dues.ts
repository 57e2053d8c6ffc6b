import type { Tx } from "../../db/database.ts";
import type { Month } from "./statement-month.ts";
import { sumBy } from "./sum-by.ts";

interface Due {
  readonly clientId: string;
  readonly clientName: string | null;
  readonly moduleId: string;
  readonly moduleSlug: string | null;
  readonly moduleName: string | null;
  readonly billingCycle: string;
  readonly periods: number;
  readonly currency: string;
  readonly owed: bigint;
}

/** What the clients owe their agency for periods that began in the month, by client and module. */
export async function readClientDues(tx: Tx, agencyId: string, { from, until }: Month) {
  const dues = (await tx`
    select p.client_id as "clientId", c.name as "clientName", p.module_id as "moduleId", m.slug as "moduleSlug", m.name as "moduleName",
      p.billing_cycle as "billingCycle", count(*)::int as periods, p.currency, sum(p.amount)::bigint as owed
    from client_periods p left join clients c on c.id = p.client_id left join modules m on m.id = p.module_id
    where p.agency_id = ${agencyId} and p.period_start >= ${from} and p.period_start < ${until}
    group by p.client_id, c.name, p.module_id, m.slug, m.name, p.billing_cycle, p.currency
    order by c.name, m.name, p.currency, p.client_id, p.module_id, p.billing_cycle`) as unknown as Due[];
  const totals = sumBy(
    dues,
    ({ currency }) => ({ currency }),
    ["owed"],
    ({ owed }) => owed,
  );
  return { totals, dues };
}
