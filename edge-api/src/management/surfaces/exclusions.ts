import { ExclusionsSchema } from "@dramac/contracts";
import type { Tx } from "../../db/database.ts";
import { operation } from "../operation.ts";
import { missing } from "../../services/missing.ts";
import { type Ids, type Level, readSurface, ROOTS } from "./surface-rows.ts";

async function list(tx: Tx, surfaceId: string) {
  const items = await tx`
    select m.id as "moduleId", m.slug, m.name, e.created_at as since from platform_module_exclusions e join modules m on m.id = e.module_id
    where e.surface_id = ${surfaceId} order by m.slug`;
  return { items: [...items] };
}

/** @throws ApiError `not_found` for a module that does not run everywhere */
async function requirePlatformModule(tx: Tx, id: string): Promise<void> {
  const [module] = await tx`select from modules where id = ${id} and install_level = 'platform' and status in ('active', 'deprecated')`;
  if (!module) throw missing();
}

/** Surfaces that exclude a module which the platform runs everywhere. */
function operationsAt(level: Level) {
  const all = `${ROOTS[level]}/surfaces/{surfaceId}/exclusions` as `${(typeof ROOTS)[Level]}/surfaces/{surfaceId}/exclusions`;
  const one = `${all}/{moduleId}` as const;
  const change = { minimumRole: "agency_admin", answer: ExclusionsSchema } as const;
  return [
    operation({
      id: `${level}.surface.exclusions`,
      method: "GET",
      path: all,
      summary: "The platform's own modules that do not run on this surface.",
      minimumRole: level === "agency" ? "agency_member" : "client_member",
      answer: ExclusionsSchema,
      async run({ tx, ids }) {
        await readSurface(tx, level, ids as Ids, ids.surfaceId);
        return list(tx, ids.surfaceId);
      },
    }),
    operation({
      ...change,
      id: `${level}.surface.exclude`,
      method: "PUT",
      path: one,
      summary: "Excludes one of the platform's own modules from this surface.",
      async run({ tx, agencyId, ids, record }) {
        await readSurface(tx, level, ids as Ids, ids.surfaceId);
        await requirePlatformModule(tx, ids.moduleId);
        await tx`
          insert into platform_module_exclusions (agency_id, surface_id, module_id) values (${agencyId}, ${ids.surfaceId}, ${ids.moduleId}) on conflict do nothing`;
        record({ subject: "surface", id: ids.surfaceId, after: { excluded: ids.moduleId } });
        return list(tx, ids.surfaceId);
      },
    }),
    operation({
      ...change,
      id: `${level}.surface.include`,
      method: "DELETE",
      path: one,
      summary: "Lets one of the platform's own modules run on this surface again.",
      async run({ tx, ids, record }) {
        await readSurface(tx, level, ids as Ids, ids.surfaceId);
        await requirePlatformModule(tx, ids.moduleId);
        await tx`delete from platform_module_exclusions where surface_id = ${ids.surfaceId} and module_id = ${ids.moduleId}`;
        record({ subject: "surface", id: ids.surfaceId, after: { included: ids.moduleId } });
        return list(tx, ids.surfaceId);
      },
    }),
  ];
}

export const exclusionOperations = (["agency", "client", "site"] as const).flatMap(operationsAt);
