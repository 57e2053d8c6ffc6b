import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, describe, it } from "node:test";
import { connectDatabase } from "../../src/db/database.ts";
import { startEmbeddedPostgres } from "@dramac/embedded-postgres";
import { DatabaseUnavailable } from "../../src/db/errors.ts";
import { migrate } from "../../src/db/migrate.ts";
import { createTestDatabase, onServer } from "../helpers/database.ts";

describe("an outage", () => {
  const folder = mkdtempSync(join(tmpdir(), "dramac-outage-"));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it("is reported quickly as retryable, and the pool recovers by itself", async () => {
    const options = { dataDir: folder, settings: { fsync: "off" } };
    let server = await startEmbeddedPostgres(options);
    await migrate({ url: server.url });
    const database = connectDatabase({ url: server.url, max: 3 });
    const answers = () => Promise.all(Array.from({ length: 6 }, () => database.withPlatform("test", (tx) => tx`select 1`)));
    try {
      await answers();
      const cut = database.withPlatform("test", (tx) => tx`select pg_sleep(30)`);
      cut.catch(() => undefined);
      await server.stop();
      await assert.rejects(cut, DatabaseUnavailable);
      const began = Date.now();
      await assert.rejects(database.ping(), (error) => error instanceof DatabaseUnavailable && error.retryable);
      assert.ok(Date.now() - began < 3_000);
      server = await startEmbeddedPostgres(options);
      // A connection that was being opened during the outage may have to time out first.
      const end = Date.now() + 8_000;
      while (
        await answers().then(
          () => false,
          () => Date.now() < end,
        )
      );
      await answers();
    } finally {
      await database.close();
      await server.stop();
    }
  });

  it("of one connection during a transaction neither ends the process nor runs the rest of the work", async () => {
    const db = await createTestDatabase();
    try {
      const steps: string[] = [];
      const work = db.database.withPlatform("test", async (tx) => {
        const [row] = await tx<{ pid: number }[]>`select pg_backend_pid() as pid`;
        await onServer(db.url, (sql) => sql`select pg_terminate_backend(${row?.pid ?? 0})`);
        await new Promise((resolve) => setTimeout(resolve, 100));
        await tx`select 1`.catch(() => steps.push("first refused"));
        await tx.savepoint((inner) => inner`select 1`).catch(() => steps.push("savepoint refused"));
      });
      await assert.rejects(work, DatabaseUnavailable);
      await new Promise((resolve) => setTimeout(resolve, 300));
      assert.deepEqual(steps, ["first refused", "savepoint refused"]);
      for (let round = 0; round < 10; round++) await db.database.ping();
    } finally {
      await db.destroy();
    }
  });

  it("of free connections is reported within the time limit, and work that is too late never runs", async () => {
    const db = await createTestDatabase();
    const database = connectDatabase({ url: db.url, max: 1, beginTimeoutMs: 200 });
    try {
      let isRun = false;
      const long = database.withPlatform("test", (tx) => tx`select pg_sleep(0.6)`);
      const late = database.withPlatform("test", async () => (isRun = true));
      await assert.rejects(late, DatabaseUnavailable);
      await long;
      await database.ping();
      assert.equal(isRun, false);
    } finally {
      await database.close();
      await db.destroy();
    }
  });

  it("of another service, during the work, stays that service's error, and the connection remains usable", async () => {
    const db = await createTestDatabase();
    const database = connectDatabase({ url: db.url, max: 1 });
    try {
      for (const error of [Object.assign(new Error("mail"), { code: "ECONNREFUSED" }), new DatabaseUnavailable()]) {
        await assert.rejects(
          database.withPlatform("test", () => Promise.reject(error)),
          (thrown) => thrown === error,
        );
        await database.ping();
      }
    } finally {
      await database.close();
      await db.destroy();
    }
  });

  it("ends a closed database's work at once", async () => {
    const db = await createTestDatabase();
    await db.destroy();
    await assert.rejects(db.database.ping(), DatabaseUnavailable);
  });
});
