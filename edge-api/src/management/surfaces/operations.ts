import {
  AgencySurfaceCreateSchema,
  PageQuerySchema,
  pageOf,
  SurfaceChangeSchema,
  SurfaceCreateSchema,
  type SurfaceKind,
  SurfaceSchema,
} from "@dramac/contracts";
import type { Addresses } from "../../addresses.ts";
import type { Tx } from "../../db/database.ts";
import { makeSurfaceKey } from "../../services/surface-keys.ts";
import { operation } from "../operation.ts";
import { pageFrom, pageStart, cursorKey } from "../../services/keyset-page.ts";
import { updateRow } from "../../services/update-row.ts";
import { checkOrigins } from "./origins.ts";
import { belongsTo, columns, type Ids, type Level, readSurface, ROOTS } from "./surface-rows.ts";

/** The owner of a new surface. The surface of a site belongs to the site's client, too. */
async function ownerOf(tx: Tx, agencyId: string, ids: Ids) {
  if (!ids.siteId) return { agency_id: agencyId, client_id: ids.clientId ?? null, site_id: null };
  const [site] = await tx`select client_id from sites where id = ${ids.siteId}`;
  return { agency_id: agencyId, client_id: site?.client_id as string, site_id: ids.siteId };
}

function operationsAt(addresses: Addresses, level: Level) {
  const all = `${ROOTS[level]}/surfaces` as `${(typeof ROOTS)[Level]}/surfaces`;
  const one = `${all}/{surfaceId}` as const;
  return [
    operation({
      id: `${level}.surface.list`,
      method: "GET",
      path: all,
      summary: `The surfaces of this ${level}, newest first, with their public keys.`,
      minimumRole: level === "agency" ? "agency_member" : "client_member",
      query: PageQuerySchema,
      answer: pageOf(SurfaceSchema),
      async run({ tx, ids, query }) {
        const rows = await tx`
          select ${columns(tx)}, ${cursorKey(tx, "created_at")} from surfaces
          where ${belongsTo(tx, level, ids)} and (created_at, id) < ${pageStart(tx, query)} order by created_at desc, id desc limit ${query.limit + 1}`;
        return pageFrom(rows, query);
      },
    }),
    operation({
      id: `${level}.surface.create`,
      method: "POST",
      path: all,
      summary: `Adds a surface to this ${level}, with a new public key.`,
      minimumRole: "agency_member",
      body: level === "agency" ? AgencySurfaceCreateSchema : SurfaceCreateSchema,
      answer: SurfaceSchema,
      status: 201,
      async run({ tx, agencyId, ids, body, record }) {
        const { name, origins, previewOrigins, locale } = body;
        checkOrigins(addresses, { origins, previewOrigins });
        const { kind = level === "client" ? "portal" : "site" } = body as { kind?: SurfaceKind };
        const owner = await ownerOf(tx, agencyId, ids);
        const [made] = await tx`
          insert into surfaces ${tx({ ...owner, key: makeSurfaceKey(kind), kind, name, origins, preview_origins: previewOrigins, locale })}
          returning ${columns(tx)}`;
        record({ subject: "surface", id: made?.id as string, after: made });
        return made;
      },
    }),
    operation({
      id: `${level}.surface.update`,
      method: "PATCH",
      path: one,
      summary: "Changes, suspends or resumes a surface. Pages follow within seconds.",
      minimumRole: "agency_member",
      body: SurfaceChangeSchema,
      answer: SurfaceSchema,
      async run({ tx, ids, body: { previewOrigins, ...rest }, record }) {
        checkOrigins(addresses, { origins: rest.origins, previewOrigins });
        await readSurface(tx, level, ids, ids.surfaceId);
        const change = await updateRow(tx, "surfaces", ids.surfaceId, { ...rest, preview_origins: previewOrigins });
        record({ subject: "surface", id: ids.surfaceId, ...change });
        return readSurface(tx, level, ids, ids.surfaceId);
      },
    }),
  ];
}

/** Surfaces: the websites, portals and dashboards that show modules. */
export const surfaceOperations = (addresses: Addresses) => (["agency", "client", "site"] as const).flatMap((level) => operationsAt(addresses, level));
