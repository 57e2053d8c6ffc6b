import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { type InstallationId, type SurfaceKey, type UsageBatch, UsageBatchSchema } from "@dramac/contracts";
import type { Database } from "../src/db/database.ts";
import { createInstallationFacts, type InstallationFacts } from "../src/services/installation-facts.ts";
import { createUsage } from "../src/services/usage.ts";
import { createTestDatabase, type TestDatabase } from "./helpers/database.ts";

const surface = `site_${"0".repeat(22)}` as SurfaceKey;
const event = (installation: string, metadata: Record<string, string> = {}) =>
  ({ id: randomUUID(), installation: installation as InstallationId, version: "1.0.0", type: "action", metadata, at: new Date().toISOString() }) as const;

describe("metadata of an event", () => {
  const parse = (metadata: Record<string, unknown>) => UsageBatchSchema.safeParse({ surface, events: [{ ...event(randomUUID()), metadata }] });

  test("of about a kilobyte is accepted", () => assert.ok(parse({ path: "/", note: "x".repeat(490), more: "x".repeat(490) }).success));

  test("of more is refused, with its path and the limit", () => {
    const { error } = parse({ note: "x".repeat(490), more: "x".repeat(490), rest: "x".repeat(490) });
    assert.equal(error?.issues[0]?.path.join("/"), "events/0/metadata");
    assert.match(error?.issues[0]?.message ?? "", /1024 characters/);
  });
});

/** Usage with a database that accepts rows only after `open`, and with the installations in `known`. */
function usageOn(known: ReadonlySet<string>) {
  let rows = 0;
  let lookUps = 0;
  let open: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => (open = resolve));
  const tx = Object.assign(() => undefined, { json: (records: unknown[]) => (rows += records.length) });
  const database = {
    withPlatform: async (_: string, work: (tx: unknown) => unknown) => {
      await gate;
      return work(tx);
    },
  } as unknown as Database;
  const get = async (id: string) => {
    lookUps++;
    return known.has(id) ? ({ id } as InstallationFacts) : undefined;
  };
  const usage = createUsage({ database, installations: { get, clear: () => undefined } as never, tokens: {} as never });
  return { usage, open, rows: () => rows, lookUps: () => lookUps };
}

describe("waiting usage events", () => {
  test("are limited in bytes while the database does not answer, and are written afterwards", async () => {
    const id = randomUUID();
    const { usage, open, rows } = usageOn(new Set([id]));
    const heavy = Array.from({ length: 200 }, () => event(id, { a: "x".repeat(490), b: "x".repeat(490) }));
    for (let at = 0; at < 250; at++) await usage.addBatch({ surface, events: heavy } as UsageBatch);
    assert.ok(usage.dropped > 10_000, `${usage.dropped}`);
    open();
    await usage.stop();
    assert.equal(rows() + usage.dropped, 50_000);
    assert.ok(rows() > 10_000);
  });

  test("of a batch of small events are all written", async () => {
    const id = randomUUID();
    const { usage, open, rows } = usageOn(new Set([id]));
    open();
    for (let at = 0; at < 100; at++) await usage.addBatch({ surface, events: Array.from({ length: 200 }, () => event(id)) } as UsageBatch);
    await usage.stop();
    assert.deepEqual([rows(), usage.dropped], [20_000, 0]);
  });

  test("of unknown installations cause three look-ups per batch; known installations in the same batch are counted", async () => {
    const id = randomUUID();
    const { usage, open, rows, lookUps } = usageOn(new Set([id]));
    open();
    await usage.addBatch({ surface, events: Array.from({ length: 200 }, () => event(randomUUID())) } as UsageBatch);
    assert.equal(lookUps(), 3);
    await usage.addBatch({ surface, events: [event(randomUUID()), event(randomUUID()), event(id)] } as UsageBatch);
    await usage.stop();
    assert.equal(rows(), 1);
  });
});

describe("missing installations", () => {
  let db: TestDatabase;
  before(async () => {
    db = await createTestDatabase();
  });
  after(() => db?.destroy());

  test("are read once until something changes", async () => {
    let queries = 0;
    const database: Database = { ...db.database, withPlatform: (reason, work) => (queries++, db.database.withPlatform(reason, work)) };
    const facts = createInstallationFacts(database, Date.now);
    const id = randomUUID() as InstallationId;
    for (let at = 0; at < 10; at++) assert.equal(await facts.get(id), undefined);
    assert.equal(queries, 1);
    facts.clear();
    assert.equal(await facts.get(id), undefined);
    assert.equal(queries, 2);
  });
});
