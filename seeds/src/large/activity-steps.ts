import { idOf, momentOf } from "./spread.ts";
import type { Step } from "./step.ts";

/** Visitors of an installation that write documents. */
const VISITORS = 500;
/** Every fourth document belongs to the first site, so that one collection is very long. */
const FIRST_SITE_EVERY = 4;
const USAGE_DAYS = 2;

/** What the use of the installations leaves: documents with their stored bytes, mail, usage and the audit log. */
export const activitySteps: readonly Step[] = [
  {
    name: "documents",
    count: ({ documents }) => documents,
    disableTriggersOf: ["module_documents"],
    async write(tx, from, to, { sites, documents }) {
      const [row] = await tx`
        with added as (
          insert into module_documents (installation_id, agency_id, collection, id, visitor_sub, data, size, created_at, updated_at)
          select i.id, i.agency_id, 'messages', 'document-' || n, 'visitor-' || n % ${VISITORS}, d.data, length(d.data::text), moment, moment
          from generate_series(${from}::int, ${to - 1}::int) n
            join site_module_installations i on i.id = ${idOf(tx, "site-installation", tx`case when n % ${FIRST_SITE_EVERY} = 0 then 0 else n % ${sites}::int end`)}
            cross join lateral (select ${momentOf(tx, tx`n`, documents)} as moment,
              jsonb_build_object('name', 'Visitor ' || n, 'email', 'visitor-' || n || '@large.example', 'message', 'Please call me back about offer ' || n) as data) d
          on conflict do nothing returning installation_id, agency_id, visitor_sub, size
        ), counted as (
          insert into module_storage_usage as usage (installation_id, agency_id, visitor_sub, bytes, limit_bytes)
          select installation_id, agency_id, coalesce(visitor_sub, ''), sum(size), case when visitor_sub is null then 52428800 else 1048576 end
          from added group by grouping sets ((installation_id, agency_id), (installation_id, agency_id, visitor_sub))
          on conflict (installation_id, visitor_sub) do update set bytes = usage.bytes + excluded.bytes
        )
        select count(*)::int as count from added`;
      return row?.count as number;
    },
  },
  {
    name: "sent mail",
    count: ({ documents }) => documents,
    disableTriggersOf: [],
    write: async (tx, from, to, { sites, documents }) =>
      (
        await tx`
        insert into email_outbox (id, agency_id, installation_id, template, recipient, subject, status, attempts, sent_at, created_at)
        select ${idOf(tx, "mail", tx`n`)}, i.agency_id, i.id, 'new-message', 'client-' || n % 1000 || '@large.example', 'New message', 'sent', 1, moment, moment
        from generate_series(${from}::int, ${to - 1}::int) n
          join site_module_installations i on i.id = ${idOf(tx, "site-installation", tx`n % ${sites}::int`)}
          cross join lateral (select ${momentOf(tx, tx`n`, documents)} as moment) m
        on conflict do nothing`
      ).count,
  },
  {
    name: "days of usage",
    count: ({ usageDays }) => usageDays,
    disableTriggersOf: [],
    write: async (tx, from, to, { siteInstallations }) =>
      (
        await tx`
        insert into module_usage_daily (day, installation_id, agency_id, client_id, site_id, module_id, surface_key, version, event_type, events, load_time_ms_sum, load_time_ms_count, load_time_ms_max)
        select (${FIRST_DAY}::text::date + n % ${USAGE_DAYS}), i.id, i.agency_id, i.client_id, i.site_id, i.module_id, '', m.current_version, 'load', 1 + n % 500, (1 + n % 500) * 120, 1 + n % 500, 900
        from generate_series(${from}::int, ${to - 1}::int) n
          join site_module_installations i on i.id = ${idOf(tx, "site-installation", tx`n / ${USAGE_DAYS} % ${siteInstallations}::int`)} join modules m on m.id = i.module_id
        on conflict do nothing`
      ).count,
  },
  {
    name: "audit log",
    count: ({ siteInstallations }) => siteInstallations,
    disableTriggersOf: [],
    write: async (tx, from, to) =>
      (
        await tx`
        insert into audit_log (id, agency_id, actor_kind, action, subject_kind, subject_id, after, created_at)
        select ${idOf(tx, "audit", tx`n`)}, i.agency_id, 'system', 'site.installation.install', 'installation', i.id::text, jsonb_build_object('moduleId', i.module_id), i.installed_at
        from generate_series(${from}::int, ${to - 1}::int) n join site_module_installations i on i.id = ${idOf(tx, "site-installation", tx`n`)}
        on conflict do nothing`
      ).count,
  },
];

/** The first day of the seeded usage, after the year of all other rows. */
export const FIRST_DAY = "2026-01-01";
/** The number of days that need partitions. */
export const PARTITIONED_DAYS = USAGE_DAYS;
