import assert from "node:assert/strict";
import type { Database } from "@dramac/edge-api/database";
import { largeId } from "@dramac/seeds/large";
import { managementOperations } from "@dramac/edge-api/operations";
import { call } from "../management/api.ts";
import type { Gone } from "./job-paths.ts";

/** A node in front of a large seed. */
export interface LargePlatform {
  readonly port: number;
  readonly url: string;
  readonly database: Database;
  readonly superAdmin: string;
  /** Of the largest agency. */
  readonly owner: string;
}

type Json = Record<string, unknown>;

/** Calls the management API, and insists that it does what is asked. */
export const createCaller = (platform: LargePlatform) =>
  async function ask(key: string, method: string, path: string, body?: unknown): Promise<Json> {
    const answer = await call(platform, { key, method, path, body });
    assert.ok(answer.status < 300, `${method} ${path} was answered with ${answer.status}: ${JSON.stringify(answer.body)}`);
    return answer.body as Json;
  };

/** Every operation that only reads: first and second page of each list, with the filters of the catalogue. @returns the ids that were asked */
export async function readEverything(platform: LargePlatform): Promise<readonly string[]> {
  const ask = createCaller(platform);
  const { superAdmin, owner } = platform;
  const [agencyId, clientId, siteId] = [largeId("agency", 0), largeId("client", 0), largeId("site", 0)];
  const ids: Record<string, string> = { agencyId, clientId, siteId };
  const [row] = await platform.database.withPlatform("test look-up", (tx) => tx`select id, developer_id from modules where slug = 'booking-form'`);
  ids.moduleId = row?.id as string;
  ids.developerId = row?.developer_id as string;
  const [paid] = await platform.database.withPlatform(
    "test look-up",
    (tx) => tx`select id from agency_module_subscriptions where agency_id = ${agencyId} limit 1`,
  );
  ids.subscriptionId = paid?.id as string;
  ids.month = new Date().toISOString().slice(0, 7);
  // What the seed has none of is made here, as its owner would.
  const bulk = await ask(owner, "POST", `/api/agencies/${agencyId}/bulk-installs`, { moduleId: ids.moduleId, siteIds: [siteId] });
  ids.bulkInstallId = bulk.id as string;
  const request = await ask(owner, "POST", `/api/agencies/${agencyId}/requests`, { title: "Maps", description: "Of harbours." });
  ids.requestId = request.id as string;
  await ask(owner, "PUT", `/api/agencies/${agencyId}/modules/${ids.moduleId}/review`, { rating: 4 });
  const surface = await ask(owner, "POST", `/api/agencies/${agencyId}/surfaces`, { name: "Studio", kind: "agency", origins: ["https://studio.example"] });
  const surfaces: Record<string, string> = { site: largeId("site-surface", 0), client: largeId("portal", 0), agency: surface.id as string };
  const asked: string[] = [];
  for (const { id, method, path } of managementOperations({} as never, {} as never, { provider: {}, settings: {} } as never)) {
    if (method !== "GET") continue;
    const [level = ""] = id.split(".");
    ids.installationId = largeId(`${level}-installation`, 0);
    ids.surfaceId = surfaces[level] ?? "";
    const at = path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? assert.fail(`${id} asks for ${name}`));
    const key = path.startsWith("/api/admin") ? superAdmin : owner;
    const first = await ask(key, method, at);
    if (first.next) await ask(key, method, `${at}?limit=2&cursor=${String(first.next)}`);
    if (/^module\.(?:browse|offer|list)$/.test(id)) await ask(key, method, `${at}?text=form&category=forms&level=site&price=paid`);
    if (id.endsWith("installation.list")) await ask(key, method, `${at}?state=uninstalled`);
    asked.push(id);
  }
  return asked;
}

/** Installs at each level what is not there, changes it in all ways, takes it away, brings it back and takes it away for good. */
export async function installAndUninstall(platform: LargePlatform): Promise<Gone[]> {
  const ask = createCaller(platform);
  const { owner, database } = platform;
  const [agency, client] = [largeId("agency", 0), largeId("client", 0)];
  const { id: site } = await ask(owner, "POST", `/api/clients/${client}/sites`, { name: "Fresh" });
  const { id: newClient } = await ask(owner, "POST", `/api/agencies/${agency}/clients`, { name: "Fresh" });
  const moduleOf = async (slug: string) =>
    (await database.withPlatform("test look-up", (tx) => tx`select id from modules where slug = ${slug}`))[0]?.id as string;
  const [forAgency] = await database.withPlatform(
    "test look-up",
    (tx) => tx`
    select m.id from modules m where m.install_level = 'agency' and not exists (
      select from agency_module_installations i where i.module_id = m.id and i.agency_id = ${agency} and i.uninstalled_at is null) limit 1`,
  );
  const scopes = [
    ["site", await moduleOf("booking-form"), `/api/sites/${String(site)}`, { name: "Fresh" }],
    ["client", await moduleOf("support-tickets"), `/api/clients/${String(newClient)}`, { name: "Fresh" }],
    ["agency", forAgency?.id as string, `/api/agencies/${agency}`, { name: "Fresh", kind: "dashboard" }],
  ] as const;
  const gone: Gone[] = [];
  for (const [level, moduleId, path, surface] of scopes) {
    const id = (await ask(owner, "POST", `${path}/installations`, { moduleId })).id as string;
    const one = `${path}/installations/${id}`;
    await ask(owner, "PATCH", one, { enabled: true });
    await ask(owner, "PATCH", `${one}/settings`, {});
    await ask(owner, "PUT", `${one}/grants`, { permissions: [] });
    await ask(owner, "PUT", `${one}/version`, { version: null });
    await ask(owner, "DELETE", one);
    await ask(owner, "POST", `${one}/restore`);
    await ask(owner, "POST", `${path}/surfaces`, { ...surface, origins: ["https://fresh.example"] });
    await ask(owner, "DELETE", one);
    gone.push({ level, id });
  }
  return gone;
}
