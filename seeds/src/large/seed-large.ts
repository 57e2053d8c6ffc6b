import { openBulkLoad } from "@dramac/edge-api/bulk-load";
import type { Database } from "@dramac/edge-api/database";
import { makeApiKey } from "@dramac/edge-api/api-keys";
import { publishCatalogue } from "./catalogue.ts";
import { installationSteps } from "./installation-steps.ts";
import type { Sizes } from "./sizes.ts";
import { largeId } from "./spread.ts";
import { tenantSteps } from "./tenant-steps.ts";
import { FIRST_DAY, PARTITIONED_DAYS, activitySteps } from "./activity-steps.ts";

const CHUNK = 10_000;
const STEPS = [...tenantSteps, ...installationSteps, ...activitySteps];

export interface LargeSeedProgress {
  /** The name of the step that is running. */
  readonly step: string;
  /** Rows of all steps. */
  readonly done: number;
  readonly total: number;
}

export interface LargeSeedStep {
  readonly step: string;
  readonly rows: number;
  /** Rows that did not exist before. */
  readonly added: number;
}

export interface LargeSeedOptions {
  readonly database: Database;
  /** With the login of the tables' owner. */
  readonly url: string;
  readonly sizes: Sizes;
  /** The folder of the built first-party modules. */
  readonly modules: string;
  readonly onProgress?: (progress: LargeSeedProgress) => void;
}

/**
 * Fills the database with agencies, clients, sites and installations in the given numbers. It commits in chunks: after an interrupted
 * run, the next run adds the missing rows. Updates the planner's statistics.
 */
export async function seedLarge({ database, url, sizes, modules, onProgress = () => undefined }: LargeSeedOptions): Promise<LargeSeedStep[]> {
  await publishCatalogue(database, modules);
  await database.ensureUsagePartitions(new Date(FIRST_DAY), PARTITIONED_DAYS);
  const load = openBulkLoad(url);
  const total = STEPS.reduce((sum, { count }) => sum + count(sizes), 0);
  const result: LargeSeedStep[] = [];
  let done = 0;
  try {
    for (const { name, count, disableTriggersOf, write } of STEPS) {
      const rows = count(sizes);
      let added = 0;
      for (let from = 0; from < rows; from += CHUNK) {
        onProgress({ step: name, done, total });
        const to = Math.min(from + CHUNK, rows);
        added += await load.write(disableTriggersOf, (tx) => write(tx, from, to, sizes));
        done += to - from;
      }
      result.push({ step: name, rows, added });
      // The next step joins these tables, and must not be planned as if they were empty.
      await load.analyze();
    }
    onProgress({ step: "done", done, total });
    return result;
  } finally {
    await load.close();
  }
}

/** Makes a key for the owner of the largest agency. An earlier key stops working, because only its hash is stored. */
export async function makeLargeOwnerKey(database: Database): Promise<{ agencyId: string; key: string }> {
  const agencyId = largeId("agency", 0);
  const made = makeApiKey("test");
  await database.withTenant(agencyId, async (tx) => {
    await tx`update api_keys set revoked_at = now() where agency_id = ${agencyId} and label = 'large seed, owner' and revoked_at is null`;
    await tx`insert into api_keys (agency_id, role, label, prefix, hash) values (${agencyId}, 'agency_owner', 'large seed, owner', ${made.prefix}, ${made.hash})`;
  });
  return { agencyId, key: made.key };
}
