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
  /** What is being written. */
  readonly step: string;
  /** Of all rows of all steps. */
  readonly done: number;
  readonly total: number;
}

export interface LargeSeedStep {
  readonly step: string;
  readonly rows: number;
  /** The others were there already. */
  readonly added: number;
}

export interface LargeSeedOptions {
  readonly database: Database;
  /** Names the owner of the tables. */
  readonly url: string;
  readonly sizes: Sizes;
  /** Folder of the first-party modules, built. */
  readonly modules: string;
  readonly onProgress?: (progress: LargeSeedProgress) => void;
}

/**
 * Fills the database with agencies, clients, sites and installations in the given numbers, in committed chunks: a run that
 * was broken off is gone on with by the next one, which adds what is missing. Ends with statistics for the planner.
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
      // What is joined next must not be planned as if it were empty.
      await load.analyze();
    }
    onProgress({ step: "done", done, total });
    return result;
  } finally {
    await load.close();
  }
}

/** A key of the largest agency's owner. An earlier one stops working: only its hash is known any more. */
export async function makeLargeOwnerKey(database: Database): Promise<{ agencyId: string; key: string }> {
  const agencyId = largeId("agency", 0);
  const made = makeApiKey("test");
  await database.withTenant(agencyId, async (tx) => {
    await tx`update api_keys set revoked_at = now() where agency_id = ${agencyId} and label = 'large seed, owner' and revoked_at is null`;
    await tx`insert into api_keys (agency_id, role, label, prefix, hash) values (${agencyId}, 'agency_owner', 'large seed, owner', ${made.prefix}, ${made.hash})`;
  });
  return { agencyId, key: made.key };
}
