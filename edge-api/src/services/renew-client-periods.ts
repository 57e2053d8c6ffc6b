import type { Database } from "../db/database.ts";

const BATCH = 200;

/**
 * Records the next period of everything that clients went on to owe for. Any number of nodes may run it: each takes periods that
 * no other holds, and none is recorded twice.
 * @param isOver asked between batches, for whoever has little time
 * @returns how many periods were settled
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
