import type { Database } from "../db/database.ts";

const BATCH = 200;

/**
 * Records the next billing period of each installation that a client keeps paying for. Any number of nodes may run it: each takes
 * periods that no other node has locked, and none is recorded twice.
 * @param shouldStop asked between batches
 * @returns how many periods were recorded
 */
export async function renewClientPeriods(database: Database, shouldStop: () => boolean = () => false): Promise<number> {
  let renewed = 0;
  while (!shouldStop()) {
    const count = await database.withPlatform("client periods", async (tx) => {
      const [row] = await tx<{ count: number }[]>`select renew_client_periods(${BATCH}) as count`;
      return row?.count ?? 0;
    });
    if (count === 0) break;
    renewed += count;
  }
  return renewed;
}
