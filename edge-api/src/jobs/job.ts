import type { Database, Tx } from "../db/database.ts";

interface JobContext {
  /** The transaction that locks the job: its writes are committed together with the job's next due time. */
  readonly tx: Tx;
  readonly database: Database;
}

/** Work that is done regularly, in batches. The nodes coordinate through the database: only one node at a time runs a batch of a job. */
export interface Job {
  readonly name: string;
  /** How long the job waits after its last batch, milliseconds. */
  readonly everyMs: number;
  /** Does one batch, in a few seconds at most. Must be idempotent. @returns `more` when another batch is due at once */
  readonly runBatch: (context: JobContext) => Promise<"more" | "done">;
}
