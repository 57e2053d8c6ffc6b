import type { Database } from "@dramac/edge-api/database";
import type { Chance } from "./random.ts";

/** A subscription that is not paid for yet. */
export interface PlannedPurchase {
  readonly subscriptionId: string;
  readonly agencyId: string;
  readonly cycle: "monthly" | "yearly";
  readonly hasTrial: boolean;
  readonly email: string;
  /** Before tax, in cents. */
  readonly price: bigint;
}

const MODULES_OF_AN_AGENCY = 5;
const MODULES = 20;

/** Seeds agencies, modules at prices that are hard to divide, and `count` subscriptions that are not paid for yet. */
export async function seedSubscriptions(database: Database, chance: Chance, count: number): Promise<readonly PlannedPurchase[]> {
  const modules = Array.from({ length: MODULES }, (_, index) => ({ id: chance.uuid(), slug: `drill-${index}`, price: BigInt(199 + chance.below(20_000)) }));
  const agencies = Array.from({ length: Math.ceil(count / MODULES_OF_AN_AGENCY) }, () => chance.uuid());
  const purchases = agencies
    .flatMap((agencyId) =>
      chance
        .shuffled(modules)
        .slice(0, MODULES_OF_AN_AGENCY)
        .map((module) => ({ agencyId, module })),
    )
    .slice(0, count)
    .map(({ agencyId, module }) => {
      const isYearly = chance.is(0.05);
      const subscriptionId = chance.uuid();
      const cycle = isYearly ? ("yearly" as const) : ("monthly" as const);
      const price = isYearly ? module.price * 10n : module.price;
      return { subscriptionId, agencyId, moduleId: module.id, cycle, hasTrial: !isYearly && chance.is(0.15), email: `${subscriptionId}@example.com`, price };
    });
  await database.withPlatform("drill seed", async (tx) => {
    for (const { id, slug, price } of modules)
      await tx`insert into modules (id, slug, name, category, status, pricing_type, author_name, wholesale_price_monthly, wholesale_price_yearly)
        values (${id}, ${slug}, ${slug}, 'forms', 'active', 'monthly', ${`Author of ${slug}`}, ${price}, ${price * 10n})`;
    for (const id of agencies) await tx`insert into agencies (id, name, slug) values (${id}, ${id}, ${`a-${id}`})`;
    for (const { subscriptionId, agencyId, moduleId, cycle } of purchases)
      await tx`insert into agency_module_subscriptions (id, agency_id, module_id, billing_cycle, status, test_mode)
        values (${subscriptionId}, ${agencyId}, ${moduleId}, ${cycle}, 'pending', true)`;
  });
  return purchases;
}
