import { type ErrorCode, type InstallInput, InstallSchema } from "@dramac/contracts";
import { getLogger } from "@logtape/logtape";
import type { Database, Tx } from "../db/database.ts";
import { DatabaseUnavailable } from "../db/errors.ts";
import { ApiError } from "../http/api-error.ts";
import type { KeyHolder } from "./api-keys.ts";
import { createPoller } from "./create-poller.ts";
import { authorOf, writeAudit } from "./audit.ts";
import { install } from "./installations/install.ts";
import type { InstallationScope } from "./installations/installation-scope.ts";
import { readInstallation } from "./installations/read.ts";

const EVERY_MS = 1_000;
/** Of one agency before the next one's turn, so that a large job holds up nobody's small one. */
const SITES_PER_TURN = 5;
/** After that many faults of ours on one site it is given up there. */
const ATTEMPTS = 5;

interface Job {
  readonly id: string;
  readonly agencyId: string;
}

/**
 * Works on installations on many sites. Any number of nodes may run it: a site is taken with SKIP LOCKED and settled in the
 * same transaction as its installation, so a node that dies leaves it as if it had never begun, for another to take.
 */
export function startBulkInstalls(database: Database, { everyMs = EVERY_MS, clock = Date.now }: { everyMs?: number; clock?: () => number } = {}) {
  const logger = getLogger(["dramac", "bulk"]);

  async function work(shouldStop: () => boolean): Promise<void> {
    for (let isBusy = true; isBusy && !shouldStop(); ) {
      isBusy = false;
      // One job of each agency, however many it has; which one falls by lot, so that none of its own waits for all the others.
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

  // It ends between two sites.
  return createPoller(work, { everyMs, onError: (error) => logger.warn("bulk installs: {error}", { error: error.message }) });
}

/** Whether the key that began it may still be used; asked as the platform, for its own keys are hidden from tenants. */
async function isAllowed(database: Database, { id }: Job): Promise<boolean> {
  const found = await database.withPlatform(
    "bulk installs",
    (tx) => tx`
      select from bulk_installs b join api_keys k on k.id = b.actor_id
      where b.id = ${id} and k.revoked_at is null and (k.expires_at is null or k.expires_at > now())`,
  );
  return found.length > 0;
}

/** What has not been begun is left alone; what another node is installing at this moment stays what it becomes. */
async function refuseRest(database: Database, { id, agencyId }: Job): Promise<void> {
  const given = refused("unauthorized", "The key that began this was revoked, or has expired, before it came to this site. Begin anew with a current one.");
  await database.withTenant(agencyId, (tx) => tx`update bulk_install_sites set ${tx(given)}, settled_at = now() where bulk_id = ${id} and status = 'pending'`);
}

/** Settles one site that no other node holds. @returns whether there was one */
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

/** Installs, or writes down why not; the savepoint leaves nothing of what was refused. */
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

/** What installing alone would have answered. */
function asRefusal(error: unknown): ReturnType<typeof refused> {
  if (error instanceof ApiError) return refused(error.code, error.message);
  if ((error as { constraint_name?: string }).constraint_name === "site_module_inst_live")
    return refused("already_installed", "Somebody else installed it just now.");
  throw error;
}

/** A fault of ours is tried again, after the others, and not for ever. */
async function recordFailedAttempt(database: Database, { id, agencyId }: Job, siteId: string, error: unknown): Promise<void> {
  getLogger(["dramac", "bulk"]).error("bulk install {id} on site {siteId}: {error}", { id, siteId, error: String(error) });
  const given = refused("internal", "Something went wrong on our side, several times. Install it there alone, or tell us.");
  await database.withTenant(agencyId, async (tx) => {
    const [row] = await tx`
      update bulk_install_sites set attempts = attempts + 1 where bulk_id = ${id} and site_id = ${siteId} and status = 'pending' returning attempts`;
    if (row && (row.attempts as number) >= ATTEMPTS)
      await tx`update bulk_install_sites set ${tx(given)}, settled_at = now() where bulk_id = ${id} and site_id = ${siteId} and status = 'pending'`;
  });
}

/** The settings may hold secrets: they are kept no longer than they are needed. */
const finish = (database: Database, { id, agencyId }: Job) =>
  database.withTenant(
    agencyId,
    (tx) => tx`
      update bulk_installs b set status = 'done', finished_at = now(), settings = '{}' where id = ${id} and status = 'running'
        and not exists (select from bulk_install_sites s where s.bulk_id = b.id and s.status = 'pending')`,
  );
