import { PageQuerySchema, pageOf, SiteChangeSchema, SiteCreateSchema, SiteSchema } from "@dramac/contracts";
import type { Tx } from "../db/database.ts";
import { operation } from "./operation.ts";
import { pageFrom, pageStart, cursorKey } from "../services/keyset-page.ts";
import { updateRow } from "../services/update-row.ts";

const columns = (tx: Tx) =>
  tx`id, agency_id as "agencyId", client_id as "clientId", name, domain, status, locale, timezone as "timeZone", created_at as "createdAt", updated_at as "updatedAt"`;
const get = async (tx: Tx, id: string) => (await tx`select ${columns(tx)} from sites where id = ${id}`)[0];

/** A client's sites. */
export const siteOperations = [
  operation({
    id: "site.list",
    method: "GET",
    path: "/api/clients/{clientId}/sites",
    summary: "The client's sites, newest first.",
    minimumRole: "client_member",
    query: PageQuerySchema,
    answer: pageOf(SiteSchema),
    async run({ tx, ids, query }) {
      const rows = await tx`select ${columns(tx)}, ${cursorKey(tx, "created_at")} from sites
        where client_id = ${ids.clientId} and (created_at, id) < ${pageStart(tx, query)} order by created_at desc, id desc limit ${query.limit + 1}`;
      return pageFrom(rows, query);
    },
  }),
  operation({
    id: "site.create",
    method: "POST",
    path: "/api/clients/{clientId}/sites",
    summary: "Adds a site.",
    minimumRole: "agency_admin",
    body: SiteCreateSchema,
    answer: SiteSchema,
    status: 201,
    async run({ tx, agencyId, ids, body: { timeZone, ...rest }, record }) {
      const [made] = await tx`insert into sites ${tx({ ...rest, timezone: timeZone, agency_id: agencyId, client_id: ids.clientId })} returning ${columns(tx)}`;
      record({ subject: "site", id: made?.id as string, after: made });
      return made;
    },
  }),
  operation({
    id: "site.get",
    method: "GET",
    path: "/api/sites/{siteId}",
    summary: "The site.",
    minimumRole: "client_member",
    answer: SiteSchema,
    run: ({ tx, ids }) => get(tx, ids.siteId),
  }),
  operation({
    id: "site.update",
    method: "PATCH",
    path: "/api/sites/{siteId}",
    summary: "Changes a site. A suspended or closed site runs no modules.",
    minimumRole: "agency_admin",
    body: SiteChangeSchema,
    answer: SiteSchema,
    async run({ tx, ids, body: { timeZone, ...rest }, record }) {
      const change = await updateRow(tx, "sites", ids.siteId, { ...rest, timezone: timeZone });
      record({ subject: "site", id: ids.siteId, ...change });
      return get(tx, ids.siteId);
    },
  }),
];
