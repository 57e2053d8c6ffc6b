import {
  GrantsSchema,
  InstallationChangeSchema,
  InstallationQuerySchema,
  InstallationSchema,
  InstallSchema,
  pageOf,
  SettingsChangeSchema,
  VersionChangeSchema,
} from "@dramac/contracts";
import { operation } from "../operation.ts";
import { changeGrants, changeSettings, changeVersion, lockInstallation, lockSubscription, restore, uninstall } from "../../services/installations/change.ts";
import { CONCURRENTLY_INSTALLED, install } from "../../services/installations/install.ts";
import { ROOTS, TABLES, type TenantLevel } from "../../services/installations/installation-scope.ts";
import { listInstallations, installationScopeOf, readInstallation } from "../../services/installations/read.ts";

/** The operations of one level that modules can be installed at. */
function operationsAt(level: TenantLevel) {
  const all = `${ROOTS[level]}/installations` as `${(typeof ROOTS)[TenantLevel]}/installations`;
  const one = `${all}/{installationId}` as const;
  const reads = level === "agency" ? "agency_member" : "client_member";
  const taken = { [`${TABLES[level].table.replace("installations", "inst")}_live`]: ["already_installed", CONCURRENTLY_INSTALLED] } as const;
  const subject = "installation";
  return [
    operation({
      id: `${level}.installation.list`,
      method: "GET",
      path: all,
      summary: `The modules that are installed on this ${level}, or those that can be restored, newest first.`,
      minimumRole: reads,
      query: InstallationQuerySchema,
      answer: pageOf(InstallationSchema),
      run: async ({ tx, agencyId, ids, query }) => listInstallations(tx, await installationScopeOf(tx, level, agencyId, ids), query),
    }),
    operation({
      id: `${level}.installation.install`,
      method: "POST",
      path: all,
      summary: `Installs a module on this ${level}, and grants the permissions it asks for.`,
      minimumRole: "agency_admin",
      body: InstallSchema,
      answer: InstallationSchema,
      status: 201,
      constraints: taken,
      async run({ tx, now, agencyId, ids, body, record }) {
        const scope = await installationScopeOf(tx, level, agencyId, ids);
        const made = await readInstallation(tx, scope, await install(tx, scope, body, now));
        record({ subject, id: made.id as string, after: made });
        return made;
      },
    }),
    operation({
      id: `${level}.installation.get`,
      method: "GET",
      path: one,
      summary: "The installation.",
      minimumRole: reads,
      answer: InstallationSchema,
      run: async ({ tx, agencyId, ids }) => readInstallation(tx, await installationScopeOf(tx, level, agencyId, ids), ids.installationId),
    }),
    operation({
      id: `${level}.installation.switch`,
      method: "PATCH",
      path: one,
      summary: "Switches the installation on or off. Pages follow within seconds.",
      minimumRole: "agency_member",
      body: InstallationChangeSchema,
      answer: InstallationSchema,
      async run({ tx, agencyId, ids, body: { enabled }, ifMatch, record }) {
        const scope = await installationScopeOf(tx, level, agencyId, ids);
        const locked = await lockInstallation(tx, scope, ids.installationId, ifMatch);
        await tx`update ${tx(TABLES[level].table)} set is_enabled = ${enabled} where id = ${ids.installationId}`;
        record({ subject, id: ids.installationId, before: { enabled: locked.enabled }, after: { enabled } });
        return readInstallation(tx, scope, ids.installationId);
      },
    }),
    operation({
      id: `${level}.installation.set-settings`,
      method: "PATCH",
      path: `${one}/settings`,
      summary: "Changes settings; null resets one to its default. With If-Match, only if they have not changed meanwhile.",
      minimumRole: "agency_member",
      body: SettingsChangeSchema,
      answer: InstallationSchema,
      async run({ tx, now, agencyId, ids, body, ifMatch, record }) {
        const scope = await installationScopeOf(tx, level, agencyId, ids);
        const locked = await lockInstallation(tx, scope, ids.installationId, ifMatch);
        record({ subject, id: ids.installationId, ...(await changeSettings(tx, locked, body, now)) });
        return readInstallation(tx, scope, ids.installationId);
      },
    }),
    operation({
      id: `${level}.installation.set-grants`,
      method: "PUT",
      path: `${one}/grants`,
      summary: "Grants or withdraws permissions of the module. Its calls follow within two seconds.",
      minimumRole: "agency_admin",
      body: GrantsSchema,
      answer: InstallationSchema,
      async run({ tx, agencyId, ids, body, ifMatch, record }) {
        const scope = await installationScopeOf(tx, level, agencyId, ids);
        const locked = await lockInstallation(tx, scope, ids.installationId, ifMatch);
        record({ subject, id: ids.installationId, ...(await changeGrants(tx, locked, body.permissions)) });
        return readInstallation(tx, scope, ids.installationId);
      },
    }),
    operation({
      id: `${level}.installation.set-version`,
      method: "PUT",
      path: `${one}/version`,
      summary: "Pins the installation to a published version, or lets it follow the current one.",
      minimumRole: "agency_member",
      body: VersionChangeSchema,
      answer: InstallationSchema,
      async run({ tx, agencyId, ids, body, ifMatch, record }) {
        const scope = await installationScopeOf(tx, level, agencyId, ids);
        const locked = await lockInstallation(tx, scope, ids.installationId, ifMatch);
        record({ subject, id: ids.installationId, ...(await changeVersion(tx, locked, body.version)) });
        return readInstallation(tx, scope, ids.installationId);
      },
    }),
    operation({
      id: `${level}.installation.uninstall`,
      method: "DELETE",
      path: one,
      summary: "Uninstalls the module. For 30 days it can be restored with everything it stored.",
      minimumRole: "agency_member",
      answer: InstallationSchema,
      async run({ tx, now, agencyId, ids, ifMatch, record }) {
        const scope = await installationScopeOf(tx, level, agencyId, ids);
        await lockSubscription(tx, ids.installationId);
        await uninstall(tx, await lockInstallation(tx, scope, ids.installationId, ifMatch), now);
        const after = await readInstallation(tx, scope, ids.installationId);
        record({ subject, id: ids.installationId, after: { uninstalledAt: after.uninstalledAt } });
        return after;
      },
    }),
    operation({
      id: `${level}.installation.restore`,
      method: "POST",
      path: `${one}/restore`,
      summary: "Restores an uninstalled module as it was.",
      minimumRole: "agency_member",
      answer: InstallationSchema,
      constraints: taken,
      async run({ tx, now, agencyId, ids, record }) {
        const scope = await installationScopeOf(tx, level, agencyId, ids);
        await restore(tx, scope, ids.installationId, now);
        record({ subject, id: ids.installationId, after: { uninstalledAt: null } });
        return readInstallation(tx, scope, ids.installationId);
      },
    }),
  ];
}

export const installationOperations = (["agency", "client", "site"] as const).flatMap(operationsAt);
