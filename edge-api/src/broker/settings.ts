import { SettingsChangeSchema } from "@dramac/contracts";
import type { Database } from "../db/database.ts";
import { ApiError, parse } from "../http/api-error.ts";
import { changeSettings, lockInstallation } from "../services/installations/change.ts";
import type { Caller } from "../services/caller.ts";
import { publicSettings } from "../services/public-settings.ts";
import type { WriteModuleAudit } from "./audit.ts";

/** Changes the settings of the calling module, by the rules of the management API. @returns the settings that a browser may see */
export const createSettingsChange = (database: Database, writeModuleAudit: WriteModuleAudit, clock: () => number) =>
  function change(caller: Caller, data: unknown): Promise<Record<string, unknown>> {
    const settings = parse(SettingsChangeSchema, data);
    const { id, level, agencyId, clientId, siteId } = caller.installation;
    if (level === "platform")
      throw new ApiError("wrong_install_level", "The platform runs this module everywhere, and only the platform may change its settings.");
    const scope = { level, agencyId, clientId, siteId };
    return database.withTenant(agencyId, async (tx) => {
      const locked = await lockInstallation(tx, scope, id);
      await writeModuleAudit(tx, "module.change-settings", caller, {
        subject: "installation",
        id,
        ...(await changeSettings(tx, locked, settings, new Date(clock()))),
      });
      const [row] = await tx`select settings from installations where id = ${id}`;
      return publicSettings(locked.manifest, row?.settings as Record<string, unknown>);
    });
  };
