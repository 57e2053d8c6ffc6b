import { collect, type ConsoleContext } from "./console-context.ts";
import type { Module } from "./subscription.ts";

export type Level = "agency" | "client" | "site";

/** An agency, client or site on which a module can be installed, and whether it is. */
export interface InstallationScope {
  readonly level: Level;
  readonly id: string;
  readonly name: string;
  /** The client of a site. */
  readonly clientName: string | null;
  readonly installationId: string | null;
}

/** All scopes of the module's install level, ordered by name. */
export async function readScopes(context: ConsoleContext, { id: moduleId, installLevel }: Pick<Module, "id" | "installLevel">): Promise<InstallationScope[]> {
  const { api, agencyId } = context;
  if (installLevel === "platform") return [];
  const { installations } = await api.call("agency.simulate-lapse", { path: { agencyId }, body: { moduleId } });
  const at = (id: string) => installations.find((one) => (one.siteId ?? one.clientId ?? agencyId) === id)?.installationId ?? null;
  const scope = (id: string, name: string, clientName: string | null = null): InstallationScope => ({
    level: installLevel,
    id,
    name,
    clientName,
    installationId: at(id),
  });
  if (installLevel === "agency") return [scope(agencyId, "Your agency")];
  const clients = await collect(api.list("client.list", { path: { agencyId } }));
  const found =
    installLevel === "client"
      ? clients.map(({ id, name }) => scope(id, name))
      : await Promise.all(
          clients.map(async (client) =>
            (await collect(api.list("site.list", { path: { clientId: client.id } }))).map(({ id, name }) => scope(id, name, client.name)),
          ),
        );
  return found.flat().sort((one, other) => one.name.localeCompare(other.name));
}

/** @throws RequestFailed with the reason why it cannot be installed */
export function install({ api }: ConsoleContext, level: Level, id: string, moduleId: string) {
  const body = { moduleId };
  if (level === "site") return api.call("site.installation.install", { path: { siteId: id }, body });
  if (level === "client") return api.call("client.installation.install", { path: { clientId: id }, body });
  return api.call("agency.installation.install", { path: { agencyId: id }, body });
}

export function uninstall({ api }: ConsoleContext, level: Level, id: string, installationId: string) {
  if (level === "site") return api.call("site.installation.uninstall", { path: { siteId: id, installationId } });
  if (level === "client") return api.call("client.installation.uninstall", { path: { clientId: id, installationId } });
  return api.call("agency.installation.uninstall", { path: { agencyId: id, installationId } });
}

export function restore({ api }: ConsoleContext, level: Level, id: string, installationId: string) {
  if (level === "site") return api.call("site.installation.restore", { path: { siteId: id, installationId } });
  if (level === "client") return api.call("client.installation.restore", { path: { clientId: id, installationId } });
  return api.call("agency.installation.restore", { path: { agencyId: id, installationId } });
}

/** Whether the pages of a site mount an installation by now; `undefined` for a site that is not part of the demo. */
export async function isOnPage({ platform, siteOf }: ConsoleContext, siteId: string, installationId: string): Promise<boolean | undefined> {
  const site = siteOf(siteId);
  if (!site) return undefined;
  const answer = await fetch(`${platform}/api/surfaces/${site.key}/plan`);
  const { modules = [] } = (await answer.json()) as { modules?: readonly { readonly installation: string; readonly state: string }[] };
  return modules.some(({ installation, state }) => installation === installationId && state !== "suspended");
}
