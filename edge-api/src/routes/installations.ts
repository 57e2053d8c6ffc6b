import { Hono } from "hono";
import { isInstallationId } from "@dramac/contracts";
import { z } from "zod";
import type { Database } from "../db/database.ts";
import { ApiError, parse } from "../http/api-error.ts";
import { readJson } from "../http/body.ts";
import { findKeyHolder } from "../services/api-keys.ts";

const ChangeSchema = z.strictObject({ enabled: z.boolean() });

/** Switches a site's installation on or off, with a secret key of its agency; audited. */
export function installationRoutes({ database }: { database: Database }) {
  return new Hono().patch("/api/sites/:siteId/installations/:installationId", async (context) => {
    const bearer = /^Bearer (\S+)$/.exec(context.req.header("authorization") ?? "")?.[1] ?? "";
    const holder = await findKeyHolder(database, bearer);
    const { enabled } = parse(ChangeSchema, await readJson(context, 4_096));
    const { siteId, installationId } = context.req.param();
    const missing = () => new ApiError("not_found", "There is no such installation.");
    if (!isInstallationId(siteId) || !isInstallationId(installationId) || holder.principal === "client_member" || !holder.agencyId) throw missing();
    const agencyId = holder.agencyId;
    const changed = await database.withTenant(agencyId, async (tx) => {
      const [before] = await tx`
        select is_enabled from site_module_installations where id = ${installationId} and site_id = ${siteId} and uninstalled_at is null for update`;
      if (!before) throw missing();
      await tx`update site_module_installations set is_enabled = ${enabled} where id = ${installationId}`;
      await tx`insert into audit_log (agency_id, actor_kind, actor_id, actor_role, action, subject_kind, subject_id, before, after)
        values (${agencyId}, 'api_key', ${holder.keyId}, ${holder.principal}, ${enabled ? "installation.enable" : "installation.disable"}, 'installation',
          ${installationId}, ${tx.json({ is_enabled: before.is_enabled as boolean })}, ${tx.json({ is_enabled: enabled })})`;
      return { id: installationId, enabled };
    });
    return context.json(changed);
  });
}
