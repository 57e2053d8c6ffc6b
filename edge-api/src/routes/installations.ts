import { Hono, type Context } from "hono";
import { type InstallationId, isInstallationId } from "@dramac/contracts";
import { z } from "zod";
import type { Addresses } from "../addresses.ts";
import type { Database } from "../db/database.ts";
import { embedCodes } from "../delivery/embed-codes.ts";
import { ApiError, parse } from "../http/api-error.ts";
import { readJson } from "../http/body.ts";
import { findKeyHolder } from "../services/api-keys.ts";

const ChangeSchema = z.strictObject({ enabled: z.boolean() });
const PATH = "/api/sites/:siteId/installations/:installationId";

const missing = (): ApiError => new ApiError("not_found", "There is no such installation.");

/** A site's installation for programs of its agency, by their secret key: its switch, which is audited, and its embed codes. */
export function installationRoutes({ database, addresses }: { database: Database; addresses: Addresses }) {
  /** Whose key it is, and the installation that the path names; ids of another tenant look like no ids at all. */
  async function settle(
    context: Context,
  ): Promise<{ holder: Awaited<ReturnType<typeof findKeyHolder>>; agencyId: string; siteId: string; id: InstallationId }> {
    const bearer = /^Bearer (\S+)$/.exec(context.req.header("authorization") ?? "")?.[1] ?? "";
    const holder = await findKeyHolder(database, bearer);
    const { siteId = "", installationId: id = "" } = context.req.param() as Record<string, string>;
    if (!isInstallationId(siteId) || !isInstallationId(id) || holder.principal === "client_member" || !holder.agencyId) throw missing();
    return { holder, agencyId: holder.agencyId, siteId, id };
  }

  return new Hono()
    .patch(PATH, async (context) => {
      const { holder, agencyId, siteId, id } = await settle(context);
      const { enabled } = parse(ChangeSchema, await readJson(context, 4_096));
      const changed = await database.withTenant(agencyId, async (tx) => {
        const [before] = await tx`
          select is_enabled from site_module_installations where id = ${id} and site_id = ${siteId} and uninstalled_at is null for update`;
        if (!before) throw missing();
        await tx`update site_module_installations set is_enabled = ${enabled} where id = ${id}`;
        await tx`insert into audit_log (agency_id, actor_kind, actor_id, actor_role, action, subject_kind, subject_id, before, after)
          values (${agencyId}, 'api_key', ${holder.keyId}, ${holder.principal}, ${enabled ? "installation.enable" : "installation.disable"}, 'installation',
            ${id}, ${tx.json({ is_enabled: before.is_enabled as boolean })}, ${tx.json({ is_enabled: enabled })})`;
        return { id, enabled };
      });
      return context.json(changed);
    })
    .get(`${PATH}/embed-codes`, async (context) => {
      const { agencyId, siteId, id } = await settle(context);
      const [row] = await database.withTenant(
        agencyId,
        (tx) => tx`
        select s.key, m.name from site_module_installations i join modules m on m.id = i.module_id
        join surfaces s on s.site_id = i.site_id and s.kind = 'site'
        where i.id = ${id} and i.site_id = ${siteId} and i.uninstalled_at is null`,
      );
      if (!row) throw missing();
      return context.json(embedCodes(addresses, row.key as string, { id, name: row.name as string }));
    });
}
