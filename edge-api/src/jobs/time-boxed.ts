import type { Database } from "../db/database.ts";
import type { Job } from "./job.ts";

/** The transaction that locks the job is idle meanwhile, and PostgreSQL ends transactions that are idle for long. */
const BATCH_MS = 5_000;

/**
 * A job whose work uses short transactions of its own and may stop after any of them.
 * @param work asks `shouldStop` between its transactions
 */
export const timeBoxed = (name: string, everyMs: number, work: (database: Database, shouldStop: () => boolean) => Promise<unknown>): Job => ({
  name,
  everyMs,
  async runBatch({ database }) {
    const end = Date.now() + BATCH_MS;
    const shouldStop = () => Date.now() > end;
    await work(database, shouldStop);
    return shouldStop() ? "more" : "done";
  },
});
