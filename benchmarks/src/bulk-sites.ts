import { onServer } from "@dramac/edge-api/test-database";

/** The surface key of the n-th bulk site, counted from 1. */
export const bulkKey = (n: number): string => `site_${String(n).padStart(22, "0")}`;

/**
 * Writes so many sites of one agency, each with a surface and one module, in a few statements. Triggers are left out: they
 * would tell every node of every row, and no node listens yet. Only a superuser may leave them out, as on the test cluster.
 */
export async function seedBulkSites(url: string, count: number, slug: string): Promise<void> {
  await onServer(url, (sql) =>
    sql.begin(async (tx) => {
      await tx`set local session_replication_role = replica`;
      await tx`
        with agency as (insert into agencies (name, slug) values ('Bulk', 'bulk') returning id),
          client as (insert into clients (agency_id, name) select id, 'Bulk' from agency returning id, agency_id)
        insert into sites (agency_id, client_id, name, domain)
        select agency_id, id, 'Site ' || n, 'site-' || n || '.example' from client, generate_series(1, ${count}::int) n`;
      await tx`
        insert into surfaces (key, kind, agency_id, client_id, site_id, origins)
        select 'site_' || lpad((row_number() over ())::text, 22, '0'), 'site', agency_id, client_id, id, array['https://' || domain] from sites`;
      await tx`
        insert into site_module_installations (agency_id, client_id, site_id, module_id, granted_permissions)
        select s.agency_id, s.client_id, s.id, m.id, m.required_permissions from sites s, modules m where m.slug = ${slug}`;
    }),
  );
  await onServer(url, (sql) => sql`analyze`);
}
