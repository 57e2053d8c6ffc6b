import type { Database } from "../db/database.ts";
import type { Job } from "./job.ts";

/** A turn's transaction lies idle meanwhile, and PostgreSQL ends what is idle for long. */
const TURN_MS = 5_000;

/**
 * A job whose work keeps transactions of its own, each of them short, and is whole at any of their ends.
 * @param work asks between them whether its turn is over
 */
export const timeBoxed = (name: string, everyMs: number, work: (database: Database, shouldStop: () => boolean) => Promise<unknown>): Job => ({
  name,
  everyMs,
  async runBatch({ database }) {
    const end = Date.now() + TURN_MS;
    const shouldStop = () => Date.now() > end;
    await work(database, shouldStop);
    return shouldStop() ? "more" : "done";
  },
});
