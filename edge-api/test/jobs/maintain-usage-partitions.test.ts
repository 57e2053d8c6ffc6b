import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { createUsagePartitionsJob, partitionsAround, USAGE_RETENTION_DAYS } from "../../src/jobs/maintain-usage-partitions.ts";
import { createTestDatabase, onServer, type TestDatabase } from "../helpers/database.ts";
import { seedTenant } from "../helpers/tenant.ts";

let db: TestDatabase;
before(async () => {
  db = await createTestDatabase();
});
after(() => db?.destroy());

const DAY_MS = 86_400_000;
const START = new Date("2031-03-15T00:30:00Z");
const later = (days: number) => new Date(START.getTime() + days * DAY_MS);
const name = (day: Date) => day.toISOString().slice(0, 10).replaceAll("-", "");
const keep = (now: Date) => db.database.withPlatform("test", (tx) => createUsagePartitionsJob(() => now).runBatch({ tx, database: db.database }));
const parts = async (table: string) =>
  (
    await onServer(
      db.url,
      (sql) => sql`select relname from pg_inherits join pg_class on pg_class.oid = inhrelid where inhparent = ${table}::regclass order by 1`,
    )
  ).map(({ relname }) => (relname as string).slice(table.length + 1));

describe("the partitions of usage", () => {
  test("are there for yesterday and a week ahead, at once when a node starts", async () => {
    const [from, days] = partitionsAround(START);
    await db.database.ensureUsagePartitions(from, days);
    const there = await parts("module_usage_events");
    for (const day of ["20310314", "20310315", "20310322"]) assert.ok(there.includes(day), day);
    assert.ok(!there.includes("20310323"));
  });

  test("move on with the days, and old ones are dropped by their age, each kind by its own", async () => {
    await keep(START);
    await keep(later(USAGE_RETENTION_DAYS.events));
    assert.equal((await parts("module_usage_events"))[0], "20310315", "the day from which on it is kept");
    assert.deepEqual((await parts("module_usage_hourly")).slice(0, 2), ["203103", "203104"]);
    await keep(later(USAGE_RETENTION_DAYS.hourly + 31));
    assert.ok(!(await parts("module_usage_hourly")).includes("203103"));
    assert.ok((await parts("module_usage_daily")).includes("203103"));
    await keep(later(USAGE_RETENTION_DAYS.daily + 31));
    assert.ok(!(await parts("module_usage_daily")).includes("203103"));
  });

  test("stay while their events wait to be counted", async () => {
    const { agency, module } = await seedTenant(db.database, "waiting");
    const day = later(2_000);
    await keep(day);
    const [row] = await db.database.withPlatform(
      "test",
      (tx) => tx`with batch as (insert into module_usage_batches (first_at, last_at) values (${day}, ${day}) returning id)
        insert into module_usage_events (id, created_at, module_id, installation_id, agency_id, event_type, batch)
        select ${randomUUID()}::uuid, ${day}, ${module}::uuid, ${module}::uuid, ${agency}::uuid, 'load', id from batch returning batch`,
    );
    await keep(later(2_100));
    assert.equal((await parts("module_usage_events"))[0], name(day));
    await db.database.withPlatform("test", (tx) => tx`delete from module_usage_batches where id = ${row?.batch as string}`);
    await keep(later(2_100));
    assert.ok(!(await parts("module_usage_events")).includes(name(day)));
  });

  test("are made and dropped once, whoever does it at the same time", async () => {
    await Promise.all([1, 2, 3, 4].map(() => keep(later(3_000))));
    assert.equal((await parts("module_usage_events")).length, 9);
  });
});
