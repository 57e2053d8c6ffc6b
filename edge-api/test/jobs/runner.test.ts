import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Job } from "../../src/jobs/job.ts";
import { startJobs } from "../../src/jobs/runner.ts";
import { registerJobs, claimJob } from "../../src/jobs/claim-job.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/database.ts";

let db: TestDatabase;
before(async () => {
  db = await createTestDatabase();
});
after(() => db?.destroy());

async function until(done: () => boolean): Promise<void> {
  const end = Date.now() + 5_000;
  while (!done()) {
    assert.ok(Date.now() < end, "it did not happen within five seconds");
    await sleep(10);
  }
}

/** A job that only reports its runs. */
const reportingJob = (name: string, everyMs: number, onDone: () => void): Job => ({
  name,
  everyMs,
  async runBatch() {
    onDone();
    return "done";
  },
});

describe("jobs", () => {
  test("run batch by batch, on one node at a time, and then wait", async () => {
    let [left, running, maxRunning] = [12, 0, 0];
    const runBatch = async () => {
      maxRunning = Math.max(maxRunning, ++running);
      await sleep(10);
      running--;
      return --left > 0 ? "more" : "done";
    };
    const job: Job = { name: "shared", everyMs: 3_600_000, runBatch };
    const nodes = [1, 2, 3].map(() => startJobs(db.database, [job], { pollMs: 20 }));
    await until(() => left === 0);
    await sleep(100);
    await Promise.all(nodes.map((node) => node.stop()));
    assert.deepEqual([left, maxRunning], [0, 1]);
  });

  test("run again after their interval", async () => {
    let rounds = 0;
    const node = startJobs(db.database, [reportingJob("often", 30, () => rounds++)], { pollMs: 10 });
    await until(() => rounds >= 3);
    await node.stop();
  });

  test("that fail are rolled back and tried again, and do not delay other jobs", async () => {
    let [failed, others] = [0, 0];
    const fails: Job = {
      name: "fails",
      everyMs: 3_600_000,
      async runBatch({ tx }) {
        await tx`insert into jobs (name) values ('trace')`;
        if (++failed < 3) throw new Error("not yet");
        return "done";
      },
    };
    const node = startJobs(db.database, [fails, reportingJob("other", 3_600_000, () => others++)], { pollMs: 20 });
    await until(() => failed === 3 && others === 1);
    await node.stop();
    const rows = await db.database.withPlatform("test", (tx) => tx`select last_run_at from jobs where name in ('trace', 'fails') and last_run_at is not null`);
    assert.equal(rows.length, 1);
  });

  test("are skipped while another node runs them, and continue when that node dies", async () => {
    const job: Job = { name: "held", everyMs: 0, runBatch: async () => "done" };
    await registerJobs(db.database, [job]);
    const interrupted: Job = {
      ...job,
      async runBatch({ tx }) {
        assert.equal(await claimJob(db.database, job), "not ours");
        await tx`select pg_terminate_backend(pg_backend_pid())`;
        return "done";
      },
    };
    await assert.rejects(claimJob(db.database, interrupted));
    assert.equal(await claimJob(db.database, job), "done");
  });

  test("end with their batch when the node stops, and start no other", async () => {
    let [begun, ended] = [0, 0];
    const runBatch = async () => {
      begun++;
      await sleep(50);
      ended++;
      return "more" as const;
    };
    const node = startJobs(db.database, [{ name: "endless", everyMs: 0, runBatch }], { pollMs: 10 });
    await until(() => begun === 2);
    await node.stop();
    assert.equal(begun, ended);
    const before = begun;
    await sleep(100);
    assert.equal(begun, before);
  });
});
