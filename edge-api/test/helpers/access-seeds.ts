import { randomUUID } from "node:crypto";
import type { AssertionClaims, InstallationId, ManifestInput, Permission, Role, SurfaceKey, SurfaceKind } from "@dramac/contracts";
import { exportJWK, generateKeyPair, SignJWT } from "jose";
import type { Database } from "../../src/db/database.ts";
import { makeApiKey } from "../../src/services/api-keys.ts";
import { publishPackage } from "../../src/services/publish-package.ts";
import { makeSurfaceKey } from "../../src/services/surface-keys.ts";
import { PLATFORM } from "./access-services.ts";

/** What an installation or a surface belongs to. */
export interface Scope {
  readonly agency: string;
  readonly client?: string;
  readonly site?: string;
}

const ENTRY_POINTS = { siteBody: "main.js", portalPage: "main.js", dashboardPage: "main.js", agencyPage: "main.js" };

/** A published, free module that can be shown on every kind of surface. @returns its id */
export async function seedModule(database: Database, manifest: Partial<ManifestInput> = {}): Promise<string> {
  const slug = `module-${randomUUID().slice(0, 8)}`;
  const { moduleId } = await publishPackage(
    database,
    {
      id: slug,
      slug,
      name: "Module",
      version: "1.0.0",
      installLevel: "site",
      entryPoints: ENTRY_POINTS,
      presentation: { kind: "inline" },
      ...manifest,
    },
    [{ path: "main.js", bytes: Buffer.from("run()") }],
  );
  return moduleId;
}

/** Another client of an agency, with one site. */
export async function seedClient(database: Database, agency: string): Promise<{ client: string; site: string }> {
  const client = randomUUID();
  await database.withTenant(agency, (tx) => tx`insert into clients (id, agency_id, name) values (${client}, ${agency}, 'Client')`);
  return { client, site: await seedSite(database, { agency, client }) };
}

export async function seedSite(database: Database, { agency, client }: { agency: string; client: string }): Promise<string> {
  const site = randomUUID();
  await database.withTenant(agency, (tx) => tx`insert into sites (id, agency_id, client_id, name) values (${site}, ${agency}, ${client}, 'Site')`);
  return site;
}

/** An installation at the level of its scope. */
export async function seedInstallation(
  database: Database,
  { agency, client, site }: Scope,
  { module, granted = [], settings = {} }: { module: string; granted?: readonly Permission[]; settings?: Record<string, unknown> },
): Promise<InstallationId> {
  const id = randomUUID();
  const common = { id, agency_id: agency, module_id: module, granted_permissions: [...granted] };
  await database.withTenant(agency, async (tx) => {
    const json = tx.json(settings as never);
    if (site) await tx`insert into site_module_installations ${tx({ ...common, settings: json, client_id: client ?? null, site_id: site } as never)}`;
    else if (client) await tx`insert into client_module_installations ${tx({ ...common, settings: json, client_id: client } as never)}`;
    else await tx`insert into agency_module_installations ${tx({ ...common, settings: json } as never)}`;
  });
  return id as InstallationId;
}

export const ORIGIN = "https://page.example";

/** A surface on which pages of `ORIGIN` show modules. */
export async function seedSurface(
  database: Database,
  kind: SurfaceKind,
  { agency, client, site }: Scope,
  { previewOrigins = [] }: { previewOrigins?: readonly string[] } = {},
): Promise<SurfaceKey> {
  const key = makeSurfaceKey(kind);
  await database.withTenant(
    agency,
    (tx) => tx`insert into surfaces (key, kind, agency_id, client_id, site_id, origins, preview_origins)
      values (${key}, ${kind}, ${agency}, ${client ?? null}, ${site ?? null}, ${[ORIGIN]}, ${[...previewOrigins]})`,
  );
  return key;
}

/** A secret key. @returns the key itself */
export async function seedApiKey(
  database: Database,
  role: Role,
  { agency, client, expiresAt }: { agency?: string; client?: string; expiresAt?: Date } = {},
): Promise<string> {
  const { key, prefix, hash } = makeApiKey("live");
  await database.withPlatform(
    "test seeds",
    (tx) => tx`insert into api_keys (agency_id, client_id, role, prefix, hash, expires_at)
      values (${agency ?? null}, ${client ?? null}, ${role}, ${prefix}, ${hash}, ${expiresAt ?? null})`,
  );
  return key;
}

type Claims = Partial<Record<keyof AssertionClaims | "aud" | "iss", unknown>>;

export interface SeededAssertionKey {
  readonly id: string;
  /** An assertion that is valid unless the given claims change that; an `undefined` claim is left out. */
  sign(claims?: Claims): Promise<string>;
}

/** A registered key of a customer's backend. */
export async function seedAssertionKey(
  database: Database,
  { agency, client }: Pick<Scope, "agency" | "client">,
  { role = "client_member", algorithm = "EdDSA", expiresAt }: { role?: AssertionClaims["role"]; algorithm?: "EdDSA" | "ES256"; expiresAt?: Date } = {},
): Promise<SeededAssertionKey> {
  const { publicKey, privateKey } = await generateKeyPair(algorithm, algorithm === "EdDSA" ? { crv: "Ed25519" } : {});
  const id = randomUUID();
  const jwk = await exportJWK(publicKey);
  await database.withTenant(
    agency,
    (tx) => tx`insert into assertion_keys (id, agency_id, client_id, label, algorithm, public_key, role, expires_at)
      values (${id}, ${agency}, ${client ?? null}, 'key', ${algorithm}, ${tx.json(jwk as never)}, ${role}, ${expiresAt ?? null})`,
  );
  return {
    id,
    sign(claims = {}) {
      const now = Math.floor(Date.now() / 1_000);
      const all = { sub: "ada", role, jti: randomUUID(), iat: now, exp: now + 60, aud: PLATFORM, iss: client ?? agency, ...claims };
      const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
      return new SignJWT(given).setProtectedHeader({ alg: algorithm, kid: id }).sign(privateKey);
    },
  };
}
