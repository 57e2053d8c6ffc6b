import { ManifestSchema, type SecretDeclaration, SecretListSchema, SecretPutSchema } from "@dramac/contracts";
import type { Tx } from "../../db/database.ts";
import { ApiError } from "../../http/api-error.ts";
import type { InstallationSecrets } from "../../outgoing/installation-secrets.ts";
import { operation } from "../operation.ts";
import { missing } from "../../services/missing.ts";
import { lockInstallation } from "../../services/installations/change.ts";
import { type InstallationScope, isInScope, type TenantLevel } from "../../services/installations/installation-scope.ts";
import { installationScopeOf } from "../../services/installations/read.ts";

const ROOTS = { agency: "/api/agencies/{agencyId}", client: "/api/clients/{clientId}", site: "/api/sites/{siteId}" } as const;

type Declarations = Readonly<Record<string, SecretDeclaration>>;

/** The secrets that the manifest declares or that are stored, without their values. */
async function list(tx: Tx, installationId: string, declared: Declarations) {
  const rows = await tx`select id, name, host, updated_at from installation_secrets where installation_id = ${installationId} order by name`;
  const stored = rows.map(({ id, name, host, updated_at }) => {
    const declaration = Object.hasOwn(declared, name as string) ? declared[name as string] : undefined;
    return { id, name, host, label: declaration?.label ?? "", isDeclared: declaration?.host === host, updatedAt: updated_at };
  });
  const waiting = Object.entries(declared).filter(([name, { host }]) => !rows.some((row) => row.name === name && row.host === host));
  return { items: [...stored, ...waiting.map(([name, { host, label }]) => ({ id: null, name, host, label, isDeclared: true, updatedAt: null }))] };
}

/** @throws ApiError `not_found` */
async function declarationsAt(tx: Tx, scope: InstallationScope, id: string): Promise<Declarations> {
  const [row] = await tx`
    select v.manifest from installations i join modules m on m.id = i.module_id
      join module_versions v on v.module_id = m.id and v.version = coalesce(i.pinned_version, m.current_version)
    where i.id = ${id} and ${isInScope(tx, scope)} and i.uninstalled_at is null`;
  if (!row) throw missing();
  return ManifestSchema.parse(row.manifest).secrets;
}

/** The secrets of an installation, at each level. They can be stored, replaced and deleted, but never read. */
function operationsAt(level: TenantLevel, secrets: InstallationSecrets) {
  const all = `${ROOTS[level]}/installations/{installationId}/secrets` as `${(typeof ROOTS)[TenantLevel]}/installations/{installationId}/secrets`;
  const subject = "secret";
  return [
    operation({
      id: `${level}.secret.list`,
      method: "GET",
      path: all,
      summary: "The secrets that are sent with the module's calls, without their values.",
      minimumRole: "agency_member",
      answer: SecretListSchema,
      run: async ({ tx, agencyId, ids }) =>
        list(tx, ids.installationId, await declarationsAt(tx, await installationScopeOf(tx, level, agencyId, ids), ids.installationId)),
    }),
    operation({
      id: `${level}.secret.put`,
      method: "PUT",
      path: all,
      summary: "Stores a declared secret, or replaces its value. It is sent to its host only, and cannot be read again.",
      minimumRole: "agency_admin",
      body: SecretPutSchema,
      answer: SecretListSchema,
      async run({ tx, agencyId, ids: { installationId, ...ids }, body: { name, value }, record }) {
        const { manifest } = await lockInstallation(tx, await installationScopeOf(tx, level, agencyId, ids), installationId);
        const declaration = Object.hasOwn(manifest.secrets, name) ? manifest.secrets[name] : undefined;
        if (!declaration) {
          const faults = [{ path: "/name", message: `one of ${Object.keys(manifest.secrets).join(", ") || "none: this module declares no secrets"}` }];
          throw new ApiError("validation_failed", `The module declares no secret ${name}.`, { faults });
        }
        await secrets.put(tx, { agencyId, installationId, name, host: declaration.host, value });
        record({ subject, id: installationId, after: { name, host: declaration.host } });
        return list(tx, installationId, manifest.secrets);
      },
    }),
    operation({
      id: `${level}.secret.delete`,
      method: "DELETE",
      path: `${all}/{secretId}`,
      summary: "Deletes a secret. The module's calls are then sent without it.",
      minimumRole: "agency_admin",
      answer: SecretListSchema,
      async run({ tx, agencyId, ids: { installationId, secretId, ...ids }, record }) {
        const { manifest } = await lockInstallation(tx, await installationScopeOf(tx, level, agencyId, ids), installationId);
        const [gone] = await tx`delete from installation_secrets where id = ${secretId} and installation_id = ${installationId} returning name, host`;
        if (!gone) throw missing();
        record({ subject, id: installationId, before: { name: gone.name, host: gone.host } });
        return list(tx, installationId, manifest.secrets);
      },
    }),
  ];
}

export const secretOperations = (secrets: InstallationSecrets) => (["agency", "client", "site"] as const).flatMap((level) => operationsAt(level, secrets));
