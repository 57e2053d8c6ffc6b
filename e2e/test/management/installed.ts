import { publishFixture, type TestPlatform } from "../../src/index.ts";
import type { Agency } from "./api.ts";

const TABLES = { agency: "agency_module_installations", client: "client_module_installations", site: "site_module_installations" } as const;
type Level = keyof typeof TABLES;

/** Gives a manifest a secret to put in. */
export function withSecret(manifest: Record<string, unknown>): void {
  Object.assign(manifest, { connect: ["api.example.com"], secrets: { api: { host: "api.example.com" } } });
}

/** The probe once more for each level that is no site's. */
export async function publishLevels(platform: TestPlatform, change: (manifest: Record<string, unknown>) => void = () => undefined): Promise<void> {
  for (const level of ["platform", "agency", "client"] as const) {
    await publishFixture(platform.database, "probe", (manifest) => {
      Object.assign(manifest, { id: `probe-${level}`, slug: `probe-${level}`, name: `Probe of a ${level}`, installLevel: level });
      change(manifest);
    });
  }
}

export async function moduleOf(platform: TestPlatform, level: string): Promise<string> {
  const slug = level === "site" ? "probe" : `probe-${level}`;
  const [row] = await platform.database.withPlatform("test look-up", (tx) => tx`select id from modules where slug = ${slug}`);
  return row?.id as string;
}

/** An agency's ids as an operation's path means them: each level has an installation and a surface of its own. */
export function idsAt({ ids }: Agency, operation: string): Readonly<Record<string, string>> {
  const [level = "", kind, action = ""] = operation.split(".");
  const isAboutPlatform = kind === "surface" && ["exclude", "include"].includes(action);
  return {
    ...ids,
    installationId: ids[`${level}Installation`] ?? "",
    surfaceId: ids[`${level}Surface`] ?? "",
    ...(isAboutPlatform && { moduleId: ids.platformModule ?? "" }),
    secretId: ids[`${level}Secret`] ?? "",
  };
}

/** Puts an agency's installation at a level into a state, from any earlier state. */
export async function putInstallation(platform: TestPlatform, { ids }: Agency, level: string, state: "none" | "installed" | "uninstalled"): Promise<void> {
  const moduleId = await moduleOf(platform, level);
  const { agencyId = "", clientId, siteId } = ids;
  const table = TABLES[level as Level];
  await platform.database.withTenant(agencyId, async (tx) => {
    await tx`delete from ${tx(table)} where agency_id = ${agencyId}`;
    if (state === "none") return;
    await tx`insert into ${tx(table)} ${tx({
      id: ids[`${level}Installation`] as string,
      agency_id: agencyId,
      module_id: moduleId,
      uninstalled_at: state === "uninstalled" ? new Date() : null,
      ...(level !== "agency" && { client_id: clientId as string }),
      ...(level === "site" && { site_id: siteId as string }),
    } as never)}`;
    await tx`insert into installation_secrets (id, installation_id, agency_id, name, host, key_id, wrapped_key, sealed)
      values (${ids[`${level}Secret`] as string}, ${ids[`${level}Installation`] as string}, ${agencyId}, 'api', 'api.example.com', '', '', '')`;
  });
}
