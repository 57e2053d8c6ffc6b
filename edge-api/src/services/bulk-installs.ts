import { type ErrorCode, type InstallInput, InstallSchema } from "@dramac/contracts";
import { getLogger } from "@logtape/logtape";
import type { Database, Tx } from "../db/database.ts";
import { DatabaseUnavailable } from "../db/errors.ts";
import { ApiError } from "../http/api-error.ts";
import type { KeyHolder } from "./api-keys.ts";
import { createPoller } from "./create-poller.ts";
import { authorOf, writeAudit } from "./audit.ts";
import { CONCURRENTLY_INSTALLED, install } from "./installations/install.ts";
import type { InstallationScope } from "./installations/installation-scope.ts";
import { readInstallation } from "./installations/read.ts";

const EVERY_MS = 1_000;
/** Sites of one agency before the next agency's turn, so that a large job does not hold up a small one. */
const SITES_PER_TURN = 5;
/** After so many failures of the platform on one site, that site is given up. */
const ATTEMPTS = 5;

interface Job {
  readonly id: string;
  readonly agencyId: string;
}

/**
 * Works through jobs that install a module on many sites. Any number of nodes may run it: a site is taken with SKIP LOCKED and its
 * result is written in the transaction of its installation, so another node takes the site again when a node dies.
 */
export function startBulkInstalls(database: Database, { everyMs = EVERY_MS, clock = Date.now }: { everyMs?: number; clock?: () => number } = {}) {
  const logger = getLogger(["dramac", "bulk"]);

  async function work(shouldStop: () => boolean): Promise<void> {
    for (let isBusy = true; isBusy && !shouldStop(); ) {
      isBusy = false;
      // One job of each agency, chosen at random, so that an agency's jobs all make progress.
      const jobs = await database.withPlatform(
        "bulk installs",
        (tx) => tx<Job[]>`select distinct on (agency_id) id, agency_id as "agencyId" from bulk_installs where status = 'running' order by agency_id, random()`,
      );
      for (const job of jobs) if (await advance(job, shouldStop)) isBusy = true;
    }
  }

  /** @returns whether there may be more to do at once */
  async function advance(job: Job, shouldStop: () => boolean): Promise<boolean> {
    for (let turn = 0; turn < SITES_PER_TURN && !shouldStop(); turn++) {
      if (!(await isAllowed(database, job))) await refuseRest(database, job);
      if (!(await processNextSite(database, job, clock))) {
        await finish(database, job);
        return false;
      }
    }
    return true;
  }

  // A stop takes effect between two sites.
  return createPoller(work, { everyMs, onError: (error) => logger.warn("bulk installs: {error}", { error: error.message }) });
}

/** Whether the key that started the job may still be used. The platform asks, because tenants cannot see the platform's keys. */
async function isAllowed(database: Database, { id }: Job): Promise<boolean> {
  const found = await database.withPlatform(
    "bulk installs",
    (tx) => tx`
      select from bulk_installs b join api_keys k on k.id = b.actor_id
      where b.id = ${id} and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())`,
  );
  return found.length > 0;
}

/** Refuses the sites that no node has begun; a site that another node is installing right now keeps the result of that. */
async function refuseRest(database: Database, { id, agencyId }: Job): Promise<void> {
  const given = refused("unauthorized", "The key that started this job was revoked or has expired before this site's turn. Start again with a current key.");
  await database.withTenant(agencyId, (tx) => tx`update bulk_install_sites set ${tx(given)}, settled_at = now() where bulk_id = ${id} and status = 'pending'`);
}

/** Installs on one site that no other node holds. @returns whether there was one */
async function processNextSite(database: Database, job: Job, clock: () => number): Promise<boolean> {
  let siteId: string | undefined;
  try {
    await database.withTenant(job.agencyId, async (tx) => {
      const [next] = await tx`
        select site_id from bulk_install_sites where bulk_id = ${job.id} and status = 'pending' order by attempts, site_id limit 1 for update skip locked`;
      siteId = next?.site_id as string | undefined;
      if (siteId !== undefined) await installOrRefuse(tx, job, siteId, new Date(clock()));
    });
  } catch (error) {
    if (siteId === undefined || error instanceof DatabaseUnavailable) throw error;
    await recordFailedAttempt(database, job, siteId, error);
  }
  return siteId !== undefined;
}

/** Installs on a site, or records why not. The savepoint rolls back everything of a refused installation. */
async function installOrRefuse(tx: Tx, { id, agencyId }: Job, siteId: string, now: Date): Promise<void> {
  const outcome = await tx
    .savepoint((inner) => installOn(inner, { id, agencyId }, siteId, now))
    .then((installation) => ({ status: "installed", installation_id: installation, code: null, detail: null }), asRefusal);
  await tx`update bulk_install_sites set ${tx(outcome)}, settled_at = now() where bulk_id = ${id} and site_id = ${siteId}`;
}

async function installOn(tx: Tx, { id: bulkId, agencyId }: Job, siteId: string, now: Date): Promise<string> {
  const [job] = await tx`
    select b.module_id as "moduleId", b.settings, b.permissions, b.is_enabled as enabled, b.actor_id, b.actor_role, host(b.ip) as ip, b.request_id, a.status
    from bulk_installs b join agencies a on a.id = b.agency_id where b.id = ${bulkId}`;
  if (!job) throw new ApiError("not_found", "There is no such job.");
  const { moduleId, settings, permissions, enabled, actor_role: role, status } = job;
  if (status !== "active" && role !== "super_admin") throw new ApiError("suspended", `This agency is ${status as string}: it can change nothing.`);
  const [site] = await tx`select client_id from sites where id = ${siteId}`;
  if (!site) throw new ApiError("not_found", "There is no such site in this agency.");
  const scope: InstallationScope = { level: "site", agencyId, clientId: site.client_id as string, siteId };
  const input: InstallInput = InstallSchema.parse({ moduleId, settings, enabled, ...(permissions !== null && { permissions }) });
  const after = await readInstallation(tx, scope, await install(tx, scope, input, now));
  const actor = { keyId: job.actor_id, role } as Pick<KeyHolder, "keyId" | "role">;
  const change = { subject: "installation", id: after.id as string, after, reason: `bulk install ${bulkId}` };
  const client = { address: (job.ip as string | null) ?? "", requestId: job.request_id as string };
  await writeAudit(tx, { action: "site.installation.install", author: authorOf(actor), agencyId, change, client });
  return after.id as string;
}

const refused = (code: ErrorCode, detail: string) => ({ status: "refused", installation_id: null, code, detail });

/** The result that a single installation would have answered. */
function asRefusal(error: unknown): ReturnType<typeof refused> {
  if (error instanceof ApiError) return refused(error.code, error.message);
  if ((error as { constraint_name?: string }).constraint_name === "site_module_inst_live") return refused("already_installed", CONCURRENTLY_INSTALLED);
  throw error;
}

/** A failure of the platform is tried again after the other sites, a limited number of times. */
async function recordFailedAttempt(database: Database, { id, agencyId }: Job, siteId: string, error: unknown): Promise<void> {
  getLogger(["dramac", "bulk"]).error("bulk install {id} on site {siteId}: {error}", { id, siteId, error: String(error) });
  const given = refused("internal", "Something went wrong on our side, several times. Install it on this site by itself, or tell us.");
  await database.withTenant(agencyId, async (tx) => {
    const [row] = await tx`
      update bulk_install_sites set attempts = attempts + 1 where bulk_id = ${id} and site_id = ${siteId} and status = 'pending' returning attempts`;
    if (row && (row.attempts as number) >= ATTEMPTS)
      await tx`update bulk_install_sites set ${tx(given)}, settled_at = now() where bulk_id = ${id} and site_id = ${siteId} and status = 'pending'`;
  });
}

/** Deletes the settings with the end of the job, because they may hold secrets. */
const finish = (database: Database, { id, agencyId }: Job) =>
  database.withTenant(
    agencyId,
    (tx) => tx`
      update bulk_installs b set status = 'done', finished_at = now(), settings = '{}' where id = ${id} and status = 'running'
        and not exists (select from bulk_install_sites s where s.bulk_id = b.id and s.status = 'pending')`,
  );
