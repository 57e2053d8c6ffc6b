import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { countBatches } from "../../src/jobs/roll-up-usage.ts";
import { createTestDatabase, type TestDatabase } from "../helpers/database.ts";
import { seedTenant, type Tenant } from "../helpers/tenant.ts";
import { type EventsInput, readRollups, SURFACE, takeEvents } from "../helpers/usage-events.ts";

let db: TestDatabase;
let tenant: Tenant;
before(async () => {
  db = await createTestDatabase();
  tenant = await seedTenant(db.database, "rolled");
  await db.database.withPlatform(
    "test seeds",
    (tx) =>
      tx`insert into module_versions (module_id, version, manifest, package_hash, status) values (${tenant.module}, '1.0.0', ${tx.json({})}, 'p', 'published')`,
  );
});
after(() => db?.destroy());

const count = (max?: number) => db.database.withPlatform("test", (tx) => countBatches(tx, max));
const take = (installation: string, events: EventsInput["events"], isVerified = true) => takeEvents(db.database, { tenant, installation, events, isVerified });
const events = async (installation: string) => ({
  hours: (await readRollups(db.database, "hourly", installation)).reduce((sum, row) => sum + row.events, 0),
  days: (await readRollups(db.database, "daily", installation)).reduce((sum, row) => sum + row.events, 0),
});
const HOUR_MS = 3_600_000;
const hourOf = (at: Date) => at.toISOString().slice(0, 13).replace("T", " ");

describe("the usage roll-up", () => {
  test("does nothing without events", async () => {
    assert.equal(await count(), 0);
    const [row] = await db.database.withPlatform("test", (tx) => tx`select count(*)::int as rows from module_usage_daily`);
    assert.equal(row?.rows, 0);
  });

  test("counts an event once in its hour and its day, however often it runs", async () => {
    const id = randomUUID();
    await take(id, [
      { type: "load", loadTimeMs: 120 },
      { type: "load", loadTimeMs: 80 },
      { type: "action", name: "clicked" },
      { type: "error", name: "module_error" },
    ]);
    assert.equal(await count(), 1);
    assert.equal(await count(), 0);
    const now = { verified: true, version: "1.0.0", event_name: "", surface_key: SURFACE };
    for (const [table, at] of [
      ["hourly", hourOf(new Date())],
      ["daily", new Date().toISOString().slice(0, 10)],
    ] as const) {
      assert.deepEqual(
        (await readRollups(db.database, table, id)).map((row) => ({ ...row })),
        [
          { ...now, at, event_type: "action", events: 1 },
          { ...now, at, event_type: "error", events: 1 },
          { ...now, at, event_type: "load", events: 2 },
        ],
      );
    }
    const [row] = await db.database.withPlatform(
      "test",
      (tx) => tx`select load_time_ms_sum::int as sum, load_time_ms_max as max, load_time_buckets::int[] as buckets from module_usage_daily
        where installation_id = ${id} and event_type = 'load'`,
    );
    assert.deepEqual([row?.sum, row?.max], [200, 120]);
    assert.equal(
      ((row?.buckets ?? []) as number[]).reduce((sum, one) => sum + one),
      2,
    );
  });

  test("adds later events to existing rows, including their buckets", async () => {
    const id = randomUUID();
    for (const loadTimeMs of [30, 30, 700]) {
      await take(id, [{ type: "load", loadTimeMs }]);
      await count();
    }
    const [row] = await db.database.withPlatform(
      "test",
      (tx) => tx`select events::int, load_time_buckets::int[] as buckets from module_usage_hourly where installation_id = ${id}`,
    );
    assert.equal(row?.events, 3);
    assert.deepEqual(
      ((row?.buckets ?? []) as number[]).filter((loads) => loads > 0),
      [2, 1],
    );
  });

  test("counts a late event in the hour of its own time, and an event with an impossible time now", async () => {
    const id = randomUUID();
    const late = new Date(Date.now() - 11 * HOUR_MS);
    await take(id, [{ type: "action" }]);
    await count();
    await take(id, [
      { type: "action", at: late.toISOString() },
      { type: "action", at: "2020-01-01T00:00:00Z" },
    ]);
    await count();
    assert.deepEqual(
      (await readRollups(db.database, "hourly", id)).map(({ at, events: sum }) => [at, sum]),
      [
        [hourOf(late), 1],
        [hourOf(new Date()), 2],
      ],
    );
    assert.deepEqual(await events(id), { hours: 3, days: 3 });
  });

  test("counts events that were committed after later events were counted", async () => {
    const id = randomUUID();
    let commit: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (commit = resolve));
    let inserted: () => void = () => undefined;
    const began = new Promise<void>((resolve) => (inserted = resolve));
    const slow = db.database.withPlatform("test", async (tx) => {
      await tx`with batch as (insert into module_usage_batches (received_at, first_at, last_at) values (now() - interval '1 minute', now(), now()) returning id)
        insert into module_usage_events (id, created_at, module_id, installation_id, agency_id, event_type, batch)
        select ${randomUUID()}::uuid, now(), ${tenant.module}::uuid, ${id}::uuid, ${tenant.agency}::uuid, 'action', id from batch`;
      inserted();
      await held;
    });
    await began;
    await take(id, [{ type: "action" }]);
    assert.equal(await count(), 1);
    commit();
    await slow;
    assert.equal(await count(), 1);
    assert.deepEqual(await events(id), { hours: 2, days: 2 });
  });

  test("counts an event once that a beacon sends twice", async () => {
    const [id, event] = [randomUUID(), { id: randomUUID(), type: "action", at: new Date().toISOString() } as const];
    await take(id, [event]);
    await count();
    await take(id, [event]);
    await count();
    assert.deepEqual(await events(id), { hours: 1, days: 1 });
  });

  test("loses no event and counts none twice when many nodes run it at the same time", async () => {
    const id = randomUUID();
    for (let batch = 0; batch < 30; batch++) await take(id, [{ type: "action" }, { type: "load", loadTimeMs: batch }]);
    const taken: number[] = [];
    const node = async () => {
      for (let some = 1; some > 0; ) taken.push((some = await count(3)));
    };
    await Promise.all([node(), node(), node(), node()]);
    assert.equal(
      taken.reduce((sum, one) => sum + one),
      30,
    );
    assert.deepEqual(await events(id), { hours: 60, days: 60 });
  });

  test("is rolled back completely when a node dies during it", async () => {
    const id = randomUUID();
    await take(id, [{ type: "action" }]);
    const interrupted = db.database.withPlatform("test", async (tx) => {
      assert.equal(await countBatches(tx), 1);
      await tx`select pg_terminate_backend(pg_backend_pid())`;
    });
    await assert.rejects(interrupted);
    assert.deepEqual(await events(id), { hours: 0, days: 0 });
    assert.equal(await count(), 1);
    assert.deepEqual(await events(id), { hours: 1, days: 1 });
  });

  test("separates verified events from others, and stores only known names", async () => {
    const id = randomUUID();
    await take(id, [
      { type: "action", name: "a", version: "1.0.0" },
      { type: "action", name: "b", version: "made-up" },
    ]);
    await take(
      id,
      [
        { type: "action", name: "c", version: "1.0.0" },
        { type: "api_call", name: "unknown call" },
      ],
      false,
    );
    await take(id, [{ type: "api_call", name: "unknown call" }]);
    await count();
    assert.deepEqual(
      (await readRollups(db.database, "daily", id)).map(({ event_type, verified, version, event_name, surface_key, events: sum }) => [
        event_type,
        verified,
        version,
        event_name,
        surface_key,
        sum,
      ]),
      [
        ["action", false, "", "", "", 1],
        ["action", true, "", "", SURFACE, 1],
        ["action", true, "1.0.0", "", SURFACE, 1],
        ["api_call", false, "", "", "", 2],
      ],
    );
  });
});
