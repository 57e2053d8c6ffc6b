import type { Database, Tx } from "../db/database.ts";

/** Where a piece of work is done. */
interface JobContext {
  /** The transaction that holds the job's turn: what is written here is kept with the turn, or not at all. */
  readonly tx: Tx;
  readonly database: Database;
}

/**
 * Work that some node has to do now and then. Nodes share its turns through the database: one piece is done at a time,
 * by one node, whichever comes first.
 */
export interface Job {
  readonly name: string;
  /** How long it rests once nothing is left, milliseconds. */
  readonly everyMs: number;
  /** Does one piece, a few seconds at most; `more` when another one waits. Done twice it must do no harm. */
  readonly runBatch: (context: JobContext) => Promise<"more" | "done">;
}
