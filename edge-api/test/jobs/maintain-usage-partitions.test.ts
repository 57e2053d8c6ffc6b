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
const maintain = (now: Date) => db.database.withPlatform("test", (tx) => createUsagePartitionsJob(() => now).runBatch({ tx, database: db.database }));
const parts = async (table: string) =>
  (
    await onServer(
      db.url,
      (sql) => sql`select relname from pg_inherits join pg_class on pg_class.oid = inhrelid where inhparent = ${table}::regclass order by 1`,
    )
  ).map(({ relname }) => (relname as string).slice(table.length + 1));

describe("usage partitions", () => {
  test("exist for yesterday and the coming week as soon as a node starts", async () => {
    const [from, days] = partitionsAround(START);
    await db.database.ensureUsagePartitions(from, days);
    const existing = await parts("module_usage_events");
    for (const day of ["20310314", "20310315", "20310322"]) assert.ok(existing.includes(day), day);
    assert.ok(!existing.includes("20310323"));
  });

  test("are created for new days, and old ones are dropped by the age limit of their kind", async () => {
    await maintain(START);
    await maintain(later(USAGE_RETENTION_DAYS.events));
    assert.equal((await parts("module_usage_events"))[0], "20310315", "the oldest day that is stored");
    assert.deepEqual((await parts("module_usage_hourly")).slice(0, 2), ["203103", "203104"]);
    await maintain(later(USAGE_RETENTION_DAYS.hourly + 31));
    assert.ok(!(await parts("module_usage_hourly")).includes("203103"));
    assert.ok((await parts("module_usage_daily")).includes("203103"));
    await maintain(later(USAGE_RETENTION_DAYS.daily + 31));
    assert.ok(!(await parts("module_usage_daily")).includes("203103"));
  });

  test("stay while they hold events that are not counted yet", async () => {
    const { agency, module } = await seedTenant(db.database, "waiting");
    const day = later(2_000);
    await maintain(day);
    const [row] = await db.database.withPlatform(
      "test",
      (tx) => tx`with batch as (insert into module_usage_batches (first_at, last_at) values (${day}, ${day}) returning id)
        insert into module_usage_events (id, created_at, module_id, installation_id, agency_id, event_type, batch)
        select ${randomUUID()}::uuid, ${day}, ${module}::uuid, ${module}::uuid, ${agency}::uuid, 'load', id from batch returning batch`,
    );
    await maintain(later(2_100));
    assert.equal((await parts("module_usage_events"))[0], name(day));
    await db.database.withPlatform("test", (tx) => tx`delete from module_usage_batches where id = ${row?.batch as string}`);
    await maintain(later(2_100));
    assert.ok(!(await parts("module_usage_events")).includes(name(day)));
  });

  test("are created and dropped once when several nodes do it at the same time", async () => {
    await Promise.all([1, 2, 3, 4].map(() => maintain(later(3_000))));
    assert.equal((await parts("module_usage_events")).length, 9);
  });
});
