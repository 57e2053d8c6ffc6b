import assert from "node:assert/strict";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { findDatabase } from "../../src/cli/find-database.ts";
import { connectDatabase } from "../../src/db/database.ts";
import { startEmbeddedPostgres } from "@dramac/embedded-postgres";
import { migrate } from "../../src/db/migrate.ts";

async function answers(url: string): Promise<void> {
  const database = connectDatabase({ url, max: 1 });
  await database.ping();
  await database.close();
}

test("commands find the server's database: in DATABASE_URL, running in the data folder, or stopped there", async (context) => {
  const dataFolder = mkdtempSync(join(tmpdir(), "dramac-find-"));
  context.after(() => rmSync(dataFolder, { recursive: true, force: true }));
  assert.equal((await findDatabase({ databaseUrl: "postgres://one", dataFolder })).url, "postgres://one");
  await assert.rejects(findDatabase({ databaseUrl: undefined, dataFolder }), { name: "CommandError", message: /There is no database/ });

  const running = await startEmbeddedPostgres({ dataDir: join(dataFolder, "postgres"), settings: { fsync: "off" } });
  try {
    await migrate({ url: running.url });
    const beside = await findDatabase({ databaseUrl: undefined, dataFolder });
    assert.equal(beside.url, running.url);
    await beside.leave();
    await answers(running.url);
  } finally {
    await running.stop();
  }

  const stopped = await findDatabase({ databaseUrl: undefined, dataFolder });
  await answers(stopped.url);
  await stopped.leave();
  await assert.rejects(answers(stopped.url));
});
