import { randomUUID } from "node:crypto";
import type { Database } from "../../src/db/database.ts";

export interface Tenant {
  readonly agency: string;
  readonly client: string;
  readonly site: string;
  readonly surface: string;
  readonly module: string;
  readonly subscription: string;
}

/** An agency with one of everything; wholesale is 10.00 a month and 100.00 a year. */
export async function seedTenant(database: Database, name: string): Promise<Tenant> {
  const [agency, client, site, surface, module, subscription] = Array.from({ length: 6 }, () => randomUUID()) as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  const slug = `${name}-${agency.slice(0, 8)}`;
  await database.withPlatform("test seeds", async (tx) => {
    await tx`insert into agencies (id, name, slug) values (${agency}, ${name}, ${slug})`;
    await tx`insert into clients (id, agency_id, name) values (${client}, ${agency}, ${name})`;
    await tx`insert into sites (id, agency_id, client_id, name) values (${site}, ${agency}, ${client}, ${name})`;
    await tx`insert into surfaces (id, key, kind, agency_id, client_id, site_id, origins)
      values (${surface}, ${`site_${surface.replaceAll("-", "").slice(0, 22)}`}, 'site', ${agency}, ${client}, ${site}, ${["https://one.example"]})`;
    await tx`insert into modules (id, slug, name, category, status, wholesale_price_monthly, wholesale_price_yearly)
      values (${module}, ${slug}, ${name}, 'forms', 'active', 1000, 10000)`;
    await tx`insert into agency_module_subscriptions (id, agency_id, module_id) values (${subscription}, ${agency}, ${module})`;
  });
  return { agency, client, site, surface, module, subscription };
}
