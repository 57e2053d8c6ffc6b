import type { Database } from "../db/database.ts";
import type { Job } from "./job.ts";

/**
 * Does one piece of a job, if it is due and no other node is at it. The turn is the job's row, locked for as long as the
 * piece's transaction lasts: a node that dies gives it back with everything undone.
 */
export function claimJob(database: Database, { name, everyMs, runBatch }: Job): Promise<"more" | "done" | "not ours"> {
  return database.withPlatform(`job ${name}`, async (tx) => {
    const [turn] = await tx`select from jobs where name = ${name} and next_run_at <= now() for update skip locked`;
    if (!turn) return "not ours";
    const rest = await runBatch({ tx, database });
    await tx`update jobs set last_run_at = now(), next_run_at = clock_timestamp() + ${rest === "more" ? 0 : everyMs} * interval '1 millisecond' where name = ${name}`;
    return rest;
  });
}

/** Makes jobs known to the database; on every start but the first one they are. */
export async function registerJobs(database: Database, jobs: readonly Job[]): Promise<void> {
  const names = jobs.map(({ name }) => name).sort();
  await database.withPlatform("enlist jobs", (tx) => tx`insert into jobs (name) select unnest(${names}::text[]) on conflict do nothing`);
}
