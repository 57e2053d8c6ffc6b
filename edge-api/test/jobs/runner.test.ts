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
    assert.ok(Date.now() < end, "not within five seconds");
    await sleep(10);
  }
}

/** A job without work of its own, that tells when it was done. */
const telling = (name: string, everyMs: number, onDone: () => void): Job => ({
  name,
  everyMs,
  async runBatch() {
    onDone();
    return "done";
  },
});

describe("jobs", () => {
  test("are done piece by piece, by one node at a time, and then rest", async () => {
    let [left, atOnce, most] = [12, 0, 0];
    const piece = async () => {
      most = Math.max(most, ++atOnce);
      await sleep(10);
      atOnce--;
      return --left > 0 ? "more" : "done";
    };
    const job: Job = { name: "shared", everyMs: 3_600_000, runBatch: piece };
    const nodes = [1, 2, 3].map(() => startJobs(db.database, [job], { pollMs: 20 }));
    await until(() => left === 0);
    await sleep(100);
    await Promise.all(nodes.map((node) => node.stop()));
    assert.deepEqual([left, most], [0, 1]);
  });

  test("come again after their rest", async () => {
    let rounds = 0;
    const node = startJobs(db.database, [telling("often", 30, () => rounds++)], { pollMs: 10 });
    await until(() => rounds >= 3);
    await node.stop();
  });

  test("that fail undo their piece, are tried again, and keep no other waiting", async () => {
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
    const node = startJobs(db.database, [fails, telling("other", 3_600_000, () => others++)], { pollMs: 20 });
    await until(() => failed === 3 && others === 1);
    await node.stop();
    const rows = await db.database.withPlatform("test", (tx) => tx`select last_run_at from jobs where name in ('trace', 'fails') and last_run_at is not null`);
    assert.equal(rows.length, 1);
  });

  test("pass by while another node holds the turn, and go on when it died", async () => {
    const job: Job = { name: "held", everyMs: 0, runBatch: async () => "done" };
    await registerJobs(db.database, [job]);
    const dies: Job = {
      ...job,
      async runBatch({ tx }) {
        assert.equal(await claimJob(db.database, job), "not ours");
        await tx`select pg_terminate_backend(pg_backend_pid())`;
        return "done";
      },
    };
    await assert.rejects(claimJob(db.database, dies));
    assert.equal(await claimJob(db.database, job), "done");
  });

  test("end with their piece when the node stops, and begin nothing after", async () => {
    let [begun, ended] = [0, 0];
    const piece = async () => {
      begun++;
      await sleep(50);
      ended++;
      return "more" as const;
    };
    const node = startJobs(db.database, [{ name: "endless", everyMs: 0, runBatch: piece }], { pollMs: 10 });
    await until(() => begun === 2);
    await node.stop();
    assert.equal(begun, ended);
    const before = begun;
    await sleep(100);
    assert.equal(begun, before);
  });
});
