import type { Tx } from "../db/database.ts";
import type { Job } from "./job.ts";
import { addBuckets, bucketOf, countBuckets, sumBuckets } from "../services/load-time-buckets.ts";

/** Up to 5,000 events each. */
const BATCHES = 20;

/**
 * Adds batches of raw events to the hourly rollup, and these hours to the daily rollup. It is one statement, so a batch is counted
 * and deleted together. Batches that another node has locked are skipped. An event is counted in the hour of its own time.
 *
 * Names that visitors can choose freely would create any number of rows. So rollups hold only the names of our calls, the surface of
 * a verified token, and existing versions. Everything else is counted under the empty name.
 * @returns how many batches were counted
 */
export async function countBatches(tx: Tx, max: number = BATCHES): Promise<number> {
  const upserted = (table: string) =>
    tx.unsafe(`events = ${table}.events + excluded.events, load_time_ms_sum = ${table}.load_time_ms_sum + excluded.load_time_ms_sum,
      load_time_ms_count = ${table}.load_time_ms_count + excluded.load_time_ms_count,
      load_time_ms_max = greatest(${table}.load_time_ms_max, excluded.load_time_ms_max),
      load_time_buckets = ${addBuckets(`${table}.load_time_buckets`, "excluded.load_time_buckets")}`);
  const owners = tx.unsafe("installation_id, agency_id, client_id, site_id, module_id");
  const names = tx.unsafe("surface_key, version, event_type, event_name, verified");
  const [row] = await tx`
    with taken as (
      delete from module_usage_batches where id in (
        select id from module_usage_batches order by received_at limit ${max} for update skip locked)
      returning id, first_at, last_at
    ), told as (
      select date_trunc('hour', e.created_at, 'UTC') as hour, ${tx.unsafe("e.installation_id, e.agency_id, e.client_id, e.site_id, e.module_id")},
        case when e.verified then e.surface_key else '' end as surface_key, case when e.verified then coalesce(v.version, '') else '' end as version,
        e.event_type, case when e.verified and e.event_type = 'api_call' then coalesce(e.event_name, '') else '' end as event_name, e.verified, e.times,
        case when e.event_type = 'load' then e.load_time_ms end as took
      from taken t join module_usage_events e on e.batch = t.id and e.created_at between t.first_at and t.last_at
        left join module_versions v on v.module_id = e.module_id and v.version = e.version
    ), counted as materialized (
      select hour, installation_id, (array_agg(agency_id))[1] as agency_id, (array_agg(client_id))[1] as client_id, (array_agg(site_id))[1] as site_id,
        (array_agg(module_id))[1] as module_id, ${names}, sum(times)::bigint as events, coalesce(sum(took), 0)::bigint as load_time_ms_sum,
        count(took) as load_time_ms_count, coalesce(max(took), 0) as load_time_ms_max,
        case when count(took) > 0 then ${tx.unsafe(countBuckets(bucketOf("took")))} end as load_time_buckets
      from told group by hour, installation_id, ${names}
    ), hours as (
      insert into module_usage_hourly (hour, ${owners}, ${names}, events, load_time_ms_sum, load_time_ms_count, load_time_ms_max, load_time_buckets)
      select hour, ${owners}, ${names}, events, load_time_ms_sum, load_time_ms_count, load_time_ms_max, load_time_buckets
      from counted order by hour, installation_id, ${names}
      on conflict (hour, installation_id, ${names}) do update set ${upserted("module_usage_hourly")}
    ), days as (
      insert into module_usage_daily (day, ${owners}, ${names}, events, load_time_ms_sum, load_time_ms_count, load_time_ms_max, load_time_buckets)
      select (hour at time zone 'UTC')::date as day, installation_id, (array_agg(agency_id))[1], (array_agg(client_id))[1], (array_agg(site_id))[1],
        (array_agg(module_id))[1], ${names}, sum(events)::bigint, sum(load_time_ms_sum)::bigint, sum(load_time_ms_count)::bigint, max(load_time_ms_max),
        case when sum(load_time_ms_count) > 0 then ${tx.unsafe(sumBuckets("load_time_buckets"))}::bigint[] end
      from counted group by day, installation_id, ${names} order by day, installation_id, ${names}
      on conflict (day, installation_id, ${names}) do update set ${upserted("module_usage_daily")}
    )
    select count(*)::int as batches from taken`;
  return row?.batches as number;
}

/** Counts events some seconds after they arrived. */
export const rollUpUsage: Job = {
  name: "usage roll-up",
  everyMs: 5_000,
  runBatch: async ({ tx }) => ((await countBatches(tx)) === BATCHES ? "more" : "done"),
};
