import { isIP } from "node:net";
import {
  BulkInstallCreateSchema,
  BulkInstallDetailSchema,
  type BulkInstallInput,
  BulkInstallSchema,
  BulkInstallSiteQuerySchema,
  type InstallLevel,
  PageQuerySchema,
  pageOf,
} from "@dramac/contracts";
import type { Tx } from "../db/database.ts";
import { ApiError } from "../http/api-error.ts";
import { LEVEL_LABELS } from "../services/installations/installation-scope.ts";
import { operation } from "./operation.ts";
import { pageFrom, pageStart, cursorKey } from "../services/keyset-page.ts";
import { missing } from "../services/missing.ts";

const ALL = "/api/agencies/{agencyId}/bulk-installs";

const columns = (tx: Tx) => tx`
  b.id, b.module_id as "moduleId", m.slug as "moduleSlug", m.name as "moduleName", b.status, b.created_at as "createdAt", b.finished_at as "finishedAt",
  t.total, t.done, t.installed, t.failed`;
const joined = (tx: Tx) => tx`
  bulk_installs b join modules m on m.id = b.module_id cross join lateral (
    select count(*) as total, count(*) filter (where s.status <> 'pending') as done, count(*) filter (where s.status = 'installed') as installed,
      count(*) filter (where s.status = 'refused') as failed from bulk_install_sites s where s.bulk_id = b.id) t`;

async function read(tx: Tx, id: string): Promise<Record<string, unknown>> {
  const [row] = await tx`select ${columns(tx)} from ${joined(tx)} where b.id = ${id}`;
  if (!row) throw missing();
  return row;
}

/** Checks what is the same for every site. @throws ApiError `not_found`, `module_not_active`, `wrong_install_level` */
async function requireForSites(tx: Tx, moduleId: string): Promise<void> {
  const [module] = await tx`select name, status, killed_at, install_level from modules where id = ${moduleId} and status <> 'draft'`;
  if (!module) throw new ApiError("not_found", "There is no such module to install.");
  const name = module.name as string;
  if (module.status !== "active" || module.killed_at) throw new ApiError("module_not_active", `${name} cannot be installed now.`);
  if (module.install_level !== "site") {
    throw new ApiError("wrong_install_level", `${name} is installed ${LEVEL_LABELS[module.install_level as InstallLevel]}.`);
  }
}

/** Stores the sites of a job. @throws ApiError `not_found` for a client of another agency */
async function chooseSites(tx: Tx, bulkId: string, agencyId: string, { siteIds, clientId }: BulkInstallInput): Promise<void> {
  if (clientId !== undefined) {
    const [client] = await tx`select from clients where id = ${clientId}`;
    if (!client) throw new ApiError("not_found", "There is no such client.");
  }
  await tx`
    insert into bulk_install_sites (bulk_id, agency_id, site_id)
    select ${bulkId}, ${agencyId}, chosen.id from (${
      siteIds
        ? tx`select distinct unnest(${siteIds}::uuid[]) as id`
        : tx`select id from sites where ${clientId === undefined ? tx`agency_id = ${agencyId}` : tx`client_id = ${clientId}`}`
    }) chosen`;
}

/** Installs one module on many sites. A worker on any node does the work. */
export const bulkInstallOperations = [
  operation({
    id: "bulk-install.create",
    method: "POST",
    path: ALL,
    summary: "Installs a module on many sites, in the background: site by site, with the checks of a single installation.",
    minimumRole: "agency_admin",
    body: BulkInstallCreateSchema,
    answer: BulkInstallSchema,
    status: 202,
    async run({ tx, actor, client, agencyId, body, record }) {
      await requireForSites(tx, body.moduleId);
      const [made] = await tx`insert into bulk_installs ${tx({
        agency_id: agencyId,
        module_id: body.moduleId,
        settings: tx.json(body.settings as never),
        permissions: body.permissions ?? null,
        is_enabled: body.enabled,
        actor_id: actor.keyId,
        actor_role: actor.role,
        ip: isIP(client.address) ? client.address : null,
        request_id: client.requestId,
      } as never)} returning id`;
      const id = made?.id as string;
      await chooseSites(tx, id, agencyId, body);
      const after = await read(tx, id);
      record({ subject: "bulk-install", id, after });
      return after;
    },
  }),
  operation({
    id: "bulk-install.list",
    method: "GET",
    path: ALL,
    summary: "The jobs, newest first, with their progress.",
    minimumRole: "agency_member",
    query: PageQuerySchema,
    answer: pageOf(BulkInstallSchema),
    async run({ tx, ids, query }) {
      const rows = await tx`
        select ${columns(tx)}, ${cursorKey(tx, "b.created_at")} from ${joined(tx)}
        where b.agency_id = ${ids.agencyId} and (b.created_at, b.id) < ${pageStart(tx, query)} order by b.created_at desc, b.id desc limit ${query.limit + 1}`;
      return pageFrom(rows, query);
    },
  }),
  operation({
    id: "bulk-install.get",
    method: "GET",
    path: `${ALL}/{bulkInstallId}`,
    summary: "The progress of a job, and a page of its results by site.",
    minimumRole: "agency_member",
    query: BulkInstallSiteQuerySchema,
    answer: BulkInstallDetailSchema,
    async run({ tx, ids: { bulkInstallId }, query }) {
      const job = await read(tx, bulkInstallId);
      const rows = await tx`
        select s.site_id as id, s.status, s.installation_id as "installationId", s.code, s.detail, s.settled_at as "settledAt", ${cursorKey(tx, "b.created_at")}
        from bulk_install_sites s join bulk_installs b on b.id = s.bulk_id
        where s.bulk_id = ${bulkInstallId} and ${query.status === undefined ? tx`true` : tx`s.status = ${query.status}`}
          and (b.created_at, s.site_id) < ${pageStart(tx, query)} order by s.site_id desc limit ${query.limit + 1}`;
      const page = pageFrom(rows, query);
      return { ...job, sites: { ...page, items: page.items.map(({ id: siteId, ...site }) => ({ siteId, ...site })) } };
    },
  }),
  operation({
    id: "bulk-install.cancel",
    method: "POST",
    path: `${ALL}/{bulkInstallId}/cancel`,
    summary: "Cancels a job: modules that are installed stay, remaining sites are skipped. A finished job does not change.",
    minimumRole: "agency_admin",
    answer: BulkInstallSchema,
    async run({ tx, ids: { bulkInstallId }, record }) {
      const [job] = await tx`select status from bulk_installs where id = ${bulkInstallId} for update`;
      if (!job) throw missing();
      if (job.status === "running") {
        // Waits for the site that is being installed; its result stays.
        await tx`update bulk_install_sites set status = 'cancelled', settled_at = now() where bulk_id = ${bulkInstallId} and status = 'pending'`;
        await tx`update bulk_installs set status = 'cancelled', finished_at = now(), settings = '{}' where id = ${bulkInstallId}`;
      }
      const after = await read(tx, bulkInstallId);
      record({ subject: "bulk-install", id: bulkInstallId, before: { status: job.status as string }, after });
      return after;
    },
  }),
];
