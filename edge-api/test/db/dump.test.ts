import assert from "node:assert/strict";
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { gunzipSync, gzipSync } from "node:zlib";
import { dumpDatabase, restoreDatabase } from "../../src/db/dump.ts";
import { DatabaseError } from "../../src/db/errors.ts";
import { readMigrations, SQL_FOLDER } from "../../src/db/migration-files.ts";
import { createEmptyDatabase, createTestDatabase, onServer } from "../helpers/database.ts";
import { seedEveryTable } from "../helpers/every-table.ts";

const RELEASES = fileURLToPath(new URL("./releases", import.meta.url));

/** All lines except the first one, which holds the time of the dump. */
const rowsOf = (dump: Buffer): string[] => gunzipSync(dump).toString("utf8").split("\n").slice(1);
const tableHeads = (dump: Buffer) =>
  rowsOf(dump)
    .filter((line) => line.startsWith('{"name":') && line.includes('"columns":'))
    .map((line) => JSON.parse(line) as { name: string; rows: number });
const hasCode = (code: string) => (error: unknown) => error instanceof DatabaseError && error.code === code;

describe("dump and restore", () => {
  it("restore every row of every table unchanged, without running the triggers", async () => {
    const source = await createTestDatabase();
    const target = await createEmptyDatabase();
    try {
      await seedEveryTable(source.database);
      const dump = await dumpDatabase(source.url);
      assert.deepEqual(
        tableHeads(dump).filter(({ rows }) => rows === 0),
        [],
      );
      assert.equal(await restoreDatabase(target.url, dump), readMigrations().length);
      assert.deepEqual(rowsOf(await dumpDatabase(target.url)), rowsOf(dump));
      const forced = await onServer(target.url, (sql) => sql`select relname from pg_class where relrowsecurity and not relforcerowsecurity`);
      assert.deepEqual([...forced], []);
      const resting = await onServer(target.url, (sql) => sql`select tgname from pg_trigger where tgenabled = 'D'`);
      assert.deepEqual([...resting], []);
      await target.database.withPlatform("test", (tx) => tx`update agencies set name = 'alive'`);
    } finally {
      await source.destroy();
      await target.destroy();
    }
  });

  it("work for an owner who is not a superuser and is subject to FORCE ROW LEVEL SECURITY", async () => {
    const source = await createTestDatabase();
    const target = await createEmptyDatabase();
    const name = `dramac_dumper_${process.pid}`;
    const as = (from: string) => Object.assign(new URL(from), { username: name, password: "owner" }).href;
    try {
      await seedEveryTable(source.database);
      const dump = await dumpDatabase(source.url);
      await onServer(target.url, async (sql) => {
        await sql.unsafe(`create role ${name} login password 'owner' nosuperuser; grant dramac_app, dramac_platform to ${name}`);
        await sql.unsafe(`alter database "${new URL(target.url).pathname.slice(1)}" owner to ${name}; grant all on schema public to ${name}`);
      });
      await restoreDatabase(as(target.url), dump);
      assert.deepEqual(rowsOf(await dumpDatabase(as(target.url))), rowsOf(dump));
    } finally {
      await source.destroy();
      await target.destroy();
      await onServer(new URL("/postgres", target.url).href, (sql) => sql.unsafe(`drop role ${name}`));
    }
  });

  it("refuse a used database, an incomplete dump and another file", async () => {
    const used = await createTestDatabase();
    const empty = await createEmptyDatabase();
    try {
      const dump = await dumpDatabase(used.url);
      await assert.rejects(restoreDatabase(used.url, dump), hasCode("dump_target_not_empty"));
      const lines = gunzipSync(dump).toString("utf8").split("\n");
      await assert.rejects(restoreDatabase(empty.url, gzipSync(lines.slice(0, -3).join("\n"))), hasCode("dump_invalid"));
      await assert.rejects(restoreDatabase(empty.url, Buffer.from("select 1")), hasCode("dump_invalid"));
      await restoreDatabase(empty.url, dump);
    } finally {
      await used.destroy();
      await empty.destroy();
    }
  });

  for (const release of readdirSync(RELEASES).filter((name) => name.endsWith(".dump.gz"))) {
    it(`upgrade the database of release ${release.replace(".dump.gz", "")} with its data`, async () => {
      const dump = readFileSync(join(RELEASES, release));
      const folder = mkdtempSync(join(tmpdir(), "dramac-upgrade-"));
      const target = await createEmptyDatabase();
      try {
        cpSync(SQL_FOLDER, folder, { recursive: true });
        const next = readMigrations().length + 1;
        writeFileSync(join(folder, `${String(next).padStart(4, "0")}-later.sql`), "alter table agencies add column later text not null default 'yes'");
        assert.equal(await restoreDatabase(target.url, dump, { folder }), next);
        for (const { name, rows } of tableHeads(dump)) {
          const [row] = await onServer(target.url, (sql) => sql<{ n: number }[]>`select count(*)::int as n from ${sql(name)}`);
          assert.ok(rows > 0 && row?.n === rows, `${name}: ${row?.n} of ${rows}`);
        }
        const agencies = await target.database.withPlatform("test", (tx) => tx<{ later: string }[]>`select later from agencies`);
        assert.deepEqual(
          agencies.map(({ later }) => later),
          ["yes"],
        );
      } finally {
        await target.destroy();
        rmSync(folder, { recursive: true, force: true });
      }
    });
  }
});
