import type { Database } from "../db/database.ts";
import type { Job } from "./job.ts";

/**
 * Runs one batch of a job if the job is due and no other node is running it. The job's row is locked during the transaction of the
 * batch, so the lock and the work of a node that dies are rolled back.
 */
export function claimJob(database: Database, { name, everyMs, runBatch }: Job): Promise<"more" | "done" | "not ours"> {
  return database.withPlatform(`job ${name}`, async (tx) => {
    const [due] = await tx`select from jobs where name = ${name} and next_run_at <= now() for update skip locked`;
    if (!due) return "not ours";
    const rest = await runBatch({ tx, database });
    await tx`update jobs set last_run_at = now(), next_run_at = clock_timestamp() + ${rest === "more" ? 0 : everyMs} * interval '1 millisecond' where name = ${name}`;
    return rest;
  });
}

/** Inserts the rows of jobs that the database does not have yet. */
export async function registerJobs(database: Database, jobs: readonly Job[]): Promise<void> {
  const names = jobs.map(({ name }) => name).sort();
  await database.withPlatform("enlist jobs", (tx) => tx`insert into jobs (name) select unnest(${names}::text[]) on conflict do nothing`);
}
