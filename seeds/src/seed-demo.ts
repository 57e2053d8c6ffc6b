import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { InstallLevel, Manifest } from "@dramac/contracts";
import type { Database, Tx } from "@dramac/edge-api/database";
import { makeApiKey } from "@dramac/edge-api/api-keys";
import { publishPackage, readPackageFolder } from "@dramac/edge-api/publish-package";
import { makeSurfaceKey } from "@dramac/edge-api/surface-keys";

export interface DemoSite {
  readonly siteKey: string;
  readonly id: string;
}

export interface SeededDemo {
  readonly agencyId: string;
  readonly keys: { readonly superAdmin: string; readonly agencyOwner: string };
  readonly sites: Readonly<Record<string, DemoSite>>;
}

/** A demo site: its name, its origins and its modules. */
export interface DemoSiteInput {
  readonly name: string;
  readonly origins: readonly string[];
  readonly modules: readonly string[] | "all";
  /** Hooks by module slug, where they differ from the manifest. */
  readonly hooks?: Readonly<Record<string, readonly string[]>>;
  /** Paths by module slug. */
  readonly paths?: Readonly<Record<string, readonly string[]>>;
}

/** Publishes every module of a folder. Versions that are already published stay unchanged. */
export async function publishModules(database: Database, folder: string): Promise<Manifest[]> {
  const manifests: Manifest[] = [];
  for (const name of readdirSync(folder)) {
    const manifest = JSON.parse(readFileSync(join(folder, name, "manifest.json"), "utf8")) as Manifest;
    manifests.push(manifest);
    await publishPackage(database, manifest, readPackageFolder(join(folder, name, "dist")));
  }
  return manifests;
}

/**
 * Makes the demo agency with its client, sites, keys and installations. A second call only adds what is missing.
 * @param recipient the mail address of all installations
 * @param knownKeys the keys of an earlier call: the database holds only their hashes
 */
export async function seedDemo(database: Database, sites: readonly DemoSiteInput[], recipient: string, knownKeys?: SeededDemo["keys"]): Promise<SeededDemo> {
  const agencyId = await database.withPlatform("seed the demo tenants", async (tx) => {
    const [row] =
      await tx`insert into agencies (name, slug) values ('Northlight Studio', 'northlight') on conflict (slug) do update set name = excluded.name returning id`;
    return row?.id as string;
  });
  const keys = knownKeys ?? (await makeKeys(database, agencyId));
  const seeded = await database.withTenant(agencyId, async (tx) => {
    const clientId = await clientOf(tx, agencyId);
    const result: Record<string, DemoSite> = {};
    for (const site of sites) result[site.name] = await seedSite(tx, { agencyId, clientId, recipient }, site);
    return result;
  });
  return { agencyId, keys, sites: seeded };
}

async function makeKeys(database: Database, agencyId: string): Promise<SeededDemo["keys"]> {
  const superAdmin = makeApiKey("test");
  const agencyOwner = makeApiKey("test");
  await database.withPlatform("seed the demo keys", async (tx) => {
    await tx`insert into api_keys (role, label, prefix, hash) values ('super_admin', 'demo', ${superAdmin.prefix}, ${superAdmin.hash})`;
    await tx`insert into api_keys (agency_id, role, label, prefix, hash) values (${agencyId}, 'agency_owner', 'demo', ${agencyOwner.prefix}, ${agencyOwner.hash})`;
  });
  return { superAdmin: superAdmin.key, agencyOwner: agencyOwner.key };
}

async function clientOf(tx: Tx, agencyId: string): Promise<string> {
  const [known] = await tx`select id from clients where name = 'Harbour & Co.'`;
  if (known) return known.id as string;
  const [made] = await tx`insert into clients (agency_id, name) values (${agencyId}, 'Harbour & Co.') returning id`;
  return made?.id as string;
}

interface Owner {
  readonly agencyId: string;
  readonly clientId: string;
  readonly recipient: string;
}

async function seedSite(tx: Tx, owner: Owner, site: DemoSiteInput): Promise<DemoSite> {
  const { agencyId, clientId } = owner;
  const siteId =
    (await tx`select id from sites where name = ${site.name}`)[0]?.id ??
    (
      await tx`
    insert into sites (agency_id, client_id, name, domain) values (${agencyId}, ${clientId}, ${site.name}, ${new URL(site.origins[0] as string).hostname}) returning id`
    )[0]?.id;
  const [surface] = await tx`select key from surfaces where site_id = ${siteId as string} and kind = 'site'`;
  const key = (surface?.key as string | undefined) ?? makeSurfaceKey("site");
  if (surface) await tx`update surfaces set origins = ${[...site.origins]} where key = ${key} and origins <> ${[...site.origins]}`;
  else
    await tx`insert into surfaces (key, kind, agency_id, client_id, site_id, name, origins) values (${key}, 'site', ${agencyId}, ${clientId}, ${siteId as string}, ${site.name}, ${[...site.origins]})`;
  const level: InstallLevel = "site";
  const modules = await tx`select id, slug, manifest from modules where install_level = ${level} and status = 'active' order by slug`;
  for (const module of modules) {
    if (site.modules !== "all" && !site.modules.includes(module.slug as string)) continue;
    await install(tx, { ...owner, siteId: siteId as string }, module, site);
  }
  return { siteKey: key, id: siteId as string };
}

async function install(tx: Tx, owner: Owner & { readonly siteId: string }, module: Record<string, unknown>, site: DemoSiteInput): Promise<void> {
  const { agencyId, clientId, siteId, recipient } = owner;
  const [known] = await tx`select id from site_module_installations where site_id = ${siteId} and module_id = ${module.id as string}`;
  if (known) return;
  const slug = module.slug as string;
  const manifest = module.manifest as Manifest;
  const placements = { ...(site.hooks?.[slug] && { hooks: site.hooks[slug] }), ...(site.paths?.[slug] && { paths: site.paths[slug] }) };
  const [row] = await tx`
    insert into site_module_installations (agency_id, client_id, site_id, module_id, granted_permissions, hook_placements)
    values (${agencyId}, ${clientId}, ${siteId}, ${module.id as string}, ${manifest.permissions}, ${tx.json(placements as never)}) returning id`;
  await tx`insert into verified_recipients (installation_id, agency_id, address, verified_at) values (${row?.id as string}, ${agencyId}, ${recipient}, now())`;
}
