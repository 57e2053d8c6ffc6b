import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { largeId } from "@dramac/seeds/large";
import type { LargePlatform } from "./management-paths.ts";

const PATIENCE_MS = 60_000;

/** An installation that was uninstalled just now. */
export interface Gone {
  readonly level: "agency" | "client" | "site";
  readonly id: string;
}

/** Makes what was uninstalled just now old enough to be purged, and lets announced prices of the largest agency fall due. */
export async function giveJobsWork({ database }: LargePlatform, gone: readonly Gone[]): Promise<void> {
  const agencyId = largeId("agency", 0);
  await database.withPlatform("work for jobs", async (tx) => {
    for (const { level, id } of gone) {
      await tx`update ${tx(`${level}_module_installations`)} set uninstalled_at = now() - interval '60 days' where id = ${id} and uninstalled_at is not null`;
    }
    // To the prices that they have: nothing is to be other afterwards.
    const told = tx`now() - interval '31 days', now() - interval '1 hour'`;
    const columns = tx`agency_id, module_id, subscription_id, level, client_id, site_id, installation_id, cause, currency, billing_cycle,
      to_version, to_wholesale, to_paid, to_markup_type, to_markup_basis_points, announced_at, effective_at`;
    for (const level of ["agency", "client", "site"] as const) {
      await tx`
        insert into price_changes (${columns})
        select i.agency_id, i.module_id, i.agency_subscription_id, i.level, i.client_id, i.site_id, i.id, 'move', i.price_currency, coalesce(i.billing_cycle, 'monthly'),
          i.price_version, i.price_wholesale, i.price_paid, s.markup_type, s.markup_basis_points, ${told}
        from installations i join agency_module_subscriptions s on s.id = i.agency_subscription_id
        where i.agency_id = ${agencyId} and i.level = ${level} and i.uninstalled_at is null and i.price_version is not null limit 1`;
    }
    await tx`
      insert into price_changes (${columns})
      select s.agency_id, s.module_id, s.id, 'subscription', null, null, null, 'wholesale', s.currency, s.billing_cycle,
        s.price_version, s.price_wholesale, null, null, null, ${told}
      from agency_module_subscriptions s where s.agency_id = ${agencyId} and s.price_version is not null limit 1`;
  });
}

/** Has every job be due, and waits until the node has done them all. */
export async function runJobs({ database }: LargePlatform): Promise<void> {
  const [now] = await database.withPlatform("jobs", (tx) => tx`select now() as at`);
  const end = Date.now() + PATIENCE_MS;
  const left = () =>
    database.withPlatform(
      "jobs",
      (tx) => tx`update jobs set next_run_at = now() where last_run_at is null or last_run_at <= ${now?.at as Date} returning name`,
    );
  for (let waiting = await left(); waiting.length; waiting = await left()) {
    assert.ok(Date.now() < end, `${waiting.map(({ name }) => name as string).join(", ")} is not done`);
    await sleep(500);
  }
}
