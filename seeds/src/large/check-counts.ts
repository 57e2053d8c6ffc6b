import type { Database } from "@dramac/edge-api/database";

/** The stored counts that differ from the rows that they count; empty when all agree. */
export async function findWrongCounts(database: Database): Promise<string[]> {
  // Counts that installations have noted and not yet added up are correct.
  await database.withPlatform("settle install counts", (tx) => tx`select settle_install_counts()`);
  const rows = await database.withPlatform(
    "check of counts",
    (tx) => tx`
    select 'install_count of module ' || m.slug as what, m.install_count::bigint as stored, coalesce(i.count, 0) as counted
      from modules m left join (select module_id, count(*) from installations where uninstalled_at is null group by 1) i on i.module_id = m.id
      where m.install_count <> coalesce(i.count, 0)
    union all
    select 'current_installations of subscription ' || s.id, s.current_installations, coalesce(i.count, 0)
      from agency_module_subscriptions s left join (select agency_subscription_id, count(*) from installations where uninstalled_at is null group by 1) i on i.agency_subscription_id = s.id
      where s.current_installations <> coalesce(i.count, 0)
    union all
    select 'bytes of installation ' || u.installation_id, u.bytes, coalesce(d.bytes, 0)
      from module_storage_usage u left join (select installation_id, sum(size)::bigint as bytes from module_documents group by 1) d using (installation_id)
      where u.visitor_sub = '' and u.bytes <> coalesce(d.bytes, 0) + (select coalesce(sum(size), 0) from module_media where module_media.installation_id = u.installation_id)
    limit 20`,
  );
  return rows.map(({ what, stored, counted }) => `${what as string} is ${stored as bigint}, and there are ${counted as bigint}`);
}
