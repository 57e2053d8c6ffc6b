import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, afterEach, describe, it } from "node:test";
import { DatabaseError } from "../../src/db/errors.ts";
import { migrate } from "../../src/db/migrate.ts";
import { readMigrations } from "../../src/db/migration-files.ts";
import { createEmptyDatabase, onServer, type TestDatabase } from "../helpers/database.ts";

describe("migrations", () => {
  let db: TestDatabase;
  let folder: string;

  before(() => {
    folder = mkdtempSync(join(tmpdir(), "dramac-sql-"));
  });
  after(() => rmSync(folder, { recursive: true, force: true }));
  beforeEach(async () => {
    db = await createEmptyDatabase();
    write("0001-one.sql", "create table one (id int)");
    write("0002-two.sql", "create table two (id int); insert into one values (1)");
  });
  afterEach(async () => {
    await db.destroy();
    for (const name of ["0001-one.sql", "0002-two.sql", "0003-three.sql"]) rmSync(join(folder, name), { force: true });
  });

  const write = (name: string, sql: string) => writeFileSync(join(folder, name), sql);
  const hasCode = (code: string) => (error: unknown) => error instanceof DatabaseError && error.code === code;
  const count = (table: string) => onServer(db.url, (sql) => sql`select 1 from ${sql(table)}`).then((rows) => rows.length);

  it("run once when five nodes start at the same time", async () => {
    const versions = await Promise.all(Array.from({ length: 5 }, () => migrate({ url: db.url })));
    assert.deepEqual(new Set(versions), new Set([readMigrations().length]));
    assert.equal(await count("schema_migrations"), readMigrations().length);
  });

  it("run in several databases of one cluster at the same time, although they share their roles", async () => {
    const others = await Promise.all([createEmptyDatabase(), createEmptyDatabase(), createEmptyDatabase()]);
    await Promise.all(others.map(({ url }) => migrate({ url })));
    await Promise.all(others.map((other) => other.destroy()));
  });

  it("run only new files", async () => {
    assert.equal(await migrate({ url: db.url, folder }), 2);
    write("0003-three.sql", "insert into one values (2)");
    assert.equal(await migrate({ url: db.url, folder }), 3);
    assert.equal(await migrate({ url: db.url, folder }), 3);
    assert.equal(await count("one"), 2);
  });

  it("refuse a file that changed after it was applied, but accept other line ends", async () => {
    write("0001-one.sql", "create table one (id int)\n");
    await migrate({ url: db.url, folder });
    write("0001-one.sql", "create table one (id int)\r\n");
    await migrate({ url: db.url, folder });
    write("0001-one.sql", "create table one (id bigint)\n");
    await assert.rejects(migrate({ url: db.url, folder }), hasCode("migration_changed"));
  });

  it("refuse a database that is newer than the release", async () => {
    write("0003-three.sql", "select 1");
    await migrate({ url: db.url, folder });
    rmSync(join(folder, "0003-three.sql"));
    await assert.rejects(migrate({ url: db.url, folder }), hasCode("schema_newer"));
  });

  it("roll back a failing file completely, and continue when it is fixed", async () => {
    write("0003-three.sql", "create table three (id int); select 1 / 0");
    await assert.rejects(migrate({ url: db.url, folder }), hasCode("migration_failed"));
    assert.equal(await count("schema_migrations"), 2);
    write("0003-three.sql", "create table three (id int)");
    assert.equal(await migrate({ url: db.url, folder }), 3);
  });

  it("report that another node has held the lock for too long", async () => {
    await onServer(db.url, async (sql) => {
      await sql`select pg_advisory_lock(7237219101)`;
      await assert.rejects(migrate({ url: db.url, folder, lockTimeoutMs: 100 }), hasCode("migration_locked"));
    });
    assert.equal(await migrate({ url: db.url, folder }), 2);
  });

  it("work for an owner who is not a superuser, and may create roles or was granted them by an administrator", async () => {
    const name = `dramac_owner_${process.pid}`;
    const url = new URL(db.url);
    await onServer(db.url, async (sql) => {
      await sql.unsafe(`create role ${name} login password 'owner' nosuperuser`);
      await sql.unsafe(`grant dramac_app, dramac_platform to ${name}`);
      await sql.unsafe(`alter database "${url.pathname.slice(1)}" owner to ${name}; grant all on schema public to ${name}`);
    });
    url.username = name;
    url.password = "owner";
    try {
      assert.equal(await migrate({ url: url.href }), readMigrations().length);
    } finally {
      await db.destroy();
      await onServer(new URL("/postgres", db.url).href, (sql) => sql.unsafe(`drop role ${name}`));
    }
  });
});
