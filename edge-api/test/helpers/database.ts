import { createHash, randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import postgres from "postgres";
import { connectDatabase, type Database } from "../../src/db/database.ts";
import { startEmbeddedPostgres } from "@dramac/embedded-postgres";
import { migrate } from "../../src/db/migrate.ts";
import { readMigrations } from "../../src/db/migration-files.ts";

export interface TestDatabase {
  readonly database: Database;
  /** With the login of the tables' owner. */
  readonly url: string;
  /** Closes the connections and drops the database. A second call does nothing more. */
  destroy(): Promise<void>;
}

const CLUSTER = "DRAMAC_TEST_CLUSTER_URL";
const TEMPLATE_LOCK = 7_237_219_102n;

let cluster: Promise<string> | undefined;
let template: Promise<string> | undefined;

/** A new migrated database for one test. It is cloned from a template, which is made once for each state of the sql folder. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = await testCluster();
  const source = await (template ??= ensureTemplate(server));
  const name = `dramac_test_${randomBytes(6).toString("hex")}`;
  await onServer(server, (sql) => sql`create database ${sql(name)} template ${sql(source)}`);
  return openTestDatabase(server, name);
}

/** A database without any schema, for tests of migrations and restores. */
export async function createEmptyDatabase(): Promise<TestDatabase> {
  const server = await testCluster();
  const name = `dramac_test_${randomBytes(6).toString("hex")}`;
  await onServer(server, (sql) => sql`create database ${sql(name)} template template0`);
  return openTestDatabase(server, name);
}

/**
 * The cluster that tests share: the one of `DATABASE_URL`, or else the one that the test runner started
 * (`DRAMAC_TEST_CLUSTER_URL`), or else a cluster that this process starts and stops at its end.
 */
export function testCluster(): Promise<string> {
  return (cluster ??= Promise.resolve(process.env["DATABASE_URL"] ?? process.env[CLUSTER] ?? startTestCluster().then(({ url }) => url)));
}

/**
 * Starts a cluster in a temporary folder, without fsync. A test runner calls this, passes the URL to its child processes
 * as `DRAMAC_TEST_CLUSTER_URL`, and stops the cluster. A test file that runs without a runner starts its own cluster.
 */
export async function startTestCluster(): Promise<{ url: string; stop(): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), "dramac-test-"));
  const server = await startEmbeddedPostgres({
    dataDir: join(folder, "postgres"),
    settings: { fsync: "off", synchronous_commit: "off", full_page_writes: "off", max_connections: "200" },
  });
  process.once("exit", killAndDelete);
  return {
    url: server.url,
    async stop() {
      process.off("exit", killAndDelete);
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };

  /** An exit handler cannot wait: it kills the server and deletes the data. */
  function killAndDelete(): void {
    try {
      process.kill(server.pid, "SIGQUIT");
    } catch {
      // It has already ended.
    }
    for (let attempt = 0; attempt < 50; attempt++) {
      try {
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 20);
        rmSync(folder, { recursive: true, force: true });
        return;
      } catch {
        // The server is still writing: try again.
      }
    }
  }
}

function openTestDatabase(server: string, name: string): TestDatabase {
  const url = withName(server, name);
  const database = connectDatabase({ url, max: 5 });
  let gone: Promise<void> | undefined;
  return {
    database,
    url,
    destroy: () =>
      (gone ??= (async () => {
        await database.close();
        await onServer(server, (sql) => sql`drop database if exists ${sql(name)} with (force)`);
      })()),
  };
}

async function ensureTemplate(server: string): Promise<string> {
  const hash = createHash("sha256")
    .update(
      readMigrations()
        .map(({ checksum }) => checksum)
        .join(),
    )
    .digest("hex")
    .slice(0, 12);
  const name = `dramac_template_${hash}`;
  await onServer(server, async (sql) => {
    await sql`select pg_advisory_lock(${TEMPLATE_LOCK.toString()}::bigint)`;
    const [found] = await sql`select 1 from pg_database where datname = ${name}`;
    if (found) return;
    const draft = `${name}_draft`;
    await sql`drop database if exists ${sql(draft)} with (force)`;
    await sql`create database ${sql(draft)} template template0`;
    await migrate({ url: withName(server, draft) });
    await sql`alter database ${sql(draft)} rename to ${sql(name)}`;
  });
  return name;
}

/** A connection of the cluster's superuser. */
export type SuperuserConnection = postgres.Sql;

/** Runs statements on the cluster's own database. */
export async function onServer<T>(server: string, work: (sql: SuperuserConnection) => PromiseLike<T>): Promise<T> {
  const sql = postgres(server, { max: 1, onnotice: () => undefined, fetch_types: false });
  try {
    return await work(sql);
  } finally {
    await sql.end({ timeout: 5 });
  }
}

export function withName(server: string, name: string): string {
  const url = new URL(server);
  url.pathname = `/${name}`;
  return url.href;
}
