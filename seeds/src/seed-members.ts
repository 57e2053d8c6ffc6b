import { exportJWK, generateKeyPair, type JWK } from "jose";
import type { Manifest } from "@dramac/contracts";
import type { Database, Tx } from "@dramac/edge-api/database";
import type { DemoSite } from "./seed-demo.ts";
import { makeSurfaceKey } from "@dramac/edge-api/surface-keys";

/** The key pair of a demo customer's backend. */
export interface DemoBackend {
  readonly kid: string;
  readonly issuer: string;
  readonly privateKey: JWK;
}
export type DemoBackends = Readonly<Record<"agency" | "harbour" | "mill", DemoBackend>>;

/** The origins of the demo hosts that need a sign-in. */
export type MemberOrigins = Readonly<Record<"portal" | "agency-dashboard", string>>;

export interface SeededMembers {
  readonly backends: DemoBackends;
  readonly surfaces: Readonly<Record<"portal" | "agency-dashboard" | "agency", DemoSite>>;
}

/**
 * Adds members' pages to the demo agency: a portal, a dashboard and an agency page, the modules of clients and agencies, and the keys
 * of customers' backends. A second call only adds what is missing.
 * @param known the private keys of an earlier call: the database holds only the public keys
 */
export async function seedMembers(database: Database, agencyId: string, origins: MemberOrigins, known?: DemoBackends): Promise<SeededMembers> {
  return database.withTenant(agencyId, async (tx) => {
    const harbour = await clientOf(tx, agencyId, "Harbour & Co.");
    const mill = await clientOf(tx, agencyId, "Mill & Sons");
    await installAt(tx, "agency", { agency_id: agencyId });
    await installAt(tx, "client", { agency_id: agencyId, client_id: harbour });
    const owned = { agency_id: agencyId, client_id: null };
    const surfaces = {
      portal: await surfaceOf(tx, "portal", { agency_id: agencyId, client_id: harbour }, origins.portal),
      "agency-dashboard": await surfaceOf(tx, "dashboard", owned, origins["agency-dashboard"]),
      agency: await surfaceOf(tx, "agency", owned, origins["agency-dashboard"]),
    };
    const backends = known ?? {
      agency: await register(tx, agencyId, null),
      harbour: await register(tx, agencyId, harbour),
      mill: await register(tx, agencyId, mill),
    };
    return { backends, surfaces };
  });
}

async function clientOf(tx: Tx, agencyId: string, name: string): Promise<string> {
  const [known] = await tx`select id from clients where name = ${name}`;
  const [row] = known ? [known] : await tx`insert into clients (agency_id, name) values (${agencyId}, ${name}) returning id`;
  return row?.id as string;
}

async function surfaceOf(
  tx: Tx,
  kind: "portal" | "dashboard" | "agency",
  owner: { agency_id: string; client_id: string | null },
  origin: string,
): Promise<DemoSite> {
  const id = owner.client_id ?? owner.agency_id;
  const [known] = await tx`select key from surfaces where kind = ${kind} and client_id is not distinct from ${owner.client_id}`;
  if (known) {
    await tx`update surfaces set origins = ${[origin]} where key = ${known.key as string} and origins <> ${[origin]}`;
    return { siteKey: known.key as string, id };
  }
  const key = makeSurfaceKey(kind);
  await tx`insert into surfaces ${tx({ ...owner, key, kind, name: `Demo ${kind}`, origins: [origin] })}`;
  return { siteKey: key, id };
}

const TABLES = { agency: "agency_module_installations", client: "client_module_installations" } as const;

async function installAt(tx: Tx, level: keyof typeof TABLES, scope: Record<string, string>): Promise<void> {
  const modules = await tx`
    select m.id, m.manifest from modules m where m.install_level = ${level} and m.status = 'active'
      and not exists (select from ${tx(TABLES[level])} i where i.module_id = m.id)`;
  for (const { id, manifest } of modules) {
    await tx`insert into ${tx(TABLES[level])} ${tx({ ...scope, module_id: id, granted_permissions: (manifest as Manifest).permissions } as never)}`;
  }
}

async function register(tx: Tx, agencyId: string, clientId: string | null): Promise<DemoBackend> {
  const { publicKey, privateKey } = await generateKeyPair("EdDSA", { extractable: true });
  const [row] = await tx`
    insert into assertion_keys (agency_id, client_id, label, algorithm, public_key, role)
    values (${agencyId}, ${clientId}, 'demo', 'EdDSA', ${tx.json((await exportJWK(publicKey)) as never)}, ${clientId ? "client_member" : "agency_admin"}) returning id`;
  return { kid: row?.id as string, issuer: clientId ?? agencyId, privateKey: await exportJWK(privateKey) };
}
