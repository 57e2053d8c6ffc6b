import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { connectDatabase, type Database } from "../../src/db/database.ts";
import { DatabaseError } from "../../src/db/errors.ts";
import { createTestDatabase, onServer, type TestDatabase } from "../helpers/database.ts";
import { seedTenant, type Tenant } from "../helpers/tenant.ts";

describe("notifications", () => {
  let db: TestDatabase;
  let tenant: Tenant;

  before(async () => {
    db = await createTestDatabase();
    tenant = await seedTenant(db.database, "notify");
  });
  after(() => db.destroy());

  async function receivedDuring(database: Database, channel: string, work: () => Promise<unknown>): Promise<Record<string, unknown>[]> {
    const payloads: Record<string, unknown>[] = [];
    const stop = await database.listen(
      channel,
      (payload) => payloads.push(JSON.parse(payload) as Record<string, unknown>),
      () => undefined,
    );
    await work();
    await until(() => payloads.length > 0, 500).catch(() => undefined);
    await sleep(50);
    await stop();
    return payloads;
  }

  const change = (work: Parameters<Database["withPlatform"]>[1]) => () => db.database.withPlatform("test", work);

  it("contain the ids of what changed", async () => {
    const { agency, client, site, surface, module, subscription } = tenant;
    const key = `site_${surface.replaceAll("-", "").slice(0, 22)}`;
    const table: [Parameters<Database["withPlatform"]>[1], Record<string, unknown>][] = [
      [
        (tx) => tx`update surfaces set origins = '{https://a.example}' where id = ${surface}`,
        { kind: "surface", op: "update", id: surface, agency, client, site, surface, key },
      ],
      [(tx) => tx`update sites set name = 'new' where id = ${site}`, { kind: "site", op: "update", id: site, agency, client }],
      [(tx) => tx`update clients set name = 'new' where id = ${client}`, { kind: "client", op: "update", id: client, agency }],
      [(tx) => tx`update agencies set name = 'new' where id = ${agency}`, { kind: "agency", op: "update", id: agency }],
      [(tx) => tx`update modules set killed_at = now() where id = ${module}`, { kind: "module", op: "update", id: module, module }],
      [
        (tx) => tx`update agency_module_subscriptions set status = 'paused' where id = ${subscription}`,
        { kind: "subscription", op: "update", id: subscription, agency, module },
      ],
    ];
    for (const [work, payload] of table) assert.deepEqual(await receivedDuring(db.database, "dramac_changed", change(work)), [payload]);
  });

  it("contain the level of an installation, and the module of a version", async () => {
    const { agency, client, site, module } = tenant;
    const [installed] = await receivedDuring(
      db.database,
      "dramac_changed",
      change((tx) => tx`insert into site_module_installations (agency_id, site_id, module_id) values (${agency}, ${site}, ${module})`),
    );
    const { id, ...rest } = installed ?? {};
    assert.equal(typeof id, "string");
    assert.deepEqual(rest, { kind: "installation", op: "insert", level: "site", agency, client, site, module });
    const [version] = await receivedDuring(
      db.database,
      "dramac_changed",
      change((tx) => tx`insert into module_versions (module_id, version, manifest, package_hash) values (${module}, '1.0.0', '{}', 'x')`),
    );
    assert.equal(version?.["kind"], "version");
    assert.equal(version?.["module"], module);
  });

  it("are not sent for counters and for unchanged rows", async () => {
    const quiet = change(async (tx) => {
      await tx`update modules set install_count = install_count + 1`;
      await tx`update agencies set name = name`;
    });
    assert.deepEqual(await receivedDuring(db.database, "dramac_changed", quiet), []);
  });

  it("contain no data of documents", async () => {
    const { agency, module } = tenant;
    const insert = (id: string, visitor: string | null) =>
      change(
        (tx) => tx`
      insert into module_documents (installation_id, agency_id, collection, id, visitor_sub, data, size) values (${module}, ${agency}, 'notes', ${id}, ${visitor}, '{"secret": 1}', 12)`,
      );
    const base = { installation: module, collection: "notes", op: "insert" };
    assert.deepEqual(await receivedDuring(db.database, "dramac_documents", insert("one", "v1")), [{ ...base, id: "one", visitor: "v1" }]);
    assert.deepEqual(await receivedDuring(db.database, "dramac_documents", insert("two", null)), [{ ...base, id: "two", visitor: null }]);
  });

  it("reset their listeners when the connection is lost, and arrive again afterwards", async () => {
    const database = connectDatabase({ url: db.url, max: 2, listenerTimes: { pingEveryMs: 50, lostAfterMs: 400, retryEveryMs: 20 } });
    const seen: string[] = [];
    let resets = 0;
    await database.listen(
      "dramac_test",
      (payload) => seen.push(payload),
      () => resets++,
    );
    await onServer(db.url, (sql) => sql`select pg_notify('dramac_test', 'before')`);
    await until(() => seen.includes("before"), 1_000);
    await sleep(600);
    assert.equal(resets, 0, "a working connection is not reset");
    for (const round of [1, 2]) {
      const earlier = resets;
      await onServer(
        db.url,
        (sql) => sql`select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'dramac-listener' and datname = current_database()`,
      );
      await until(() => resets >= earlier + 2, 3_000);
      await onServer(db.url, (sql) => sql`select pg_notify('dramac_test', ${`after ${round}`})`);
      await until(() => seen.includes(`after ${round}`), 1_000);
    }
    await database.close();
    await database.close();
  });

  it("refuse a channel with an invalid name", async () => {
    await assert.rejects(
      db.database.listen(
        'x"; drop',
        () => undefined,
        () => undefined,
      ),
      (error) => error instanceof DatabaseError && error.code === "bad_channel",
    );
  });
});

async function until(isTrue: () => boolean, limitMs: number): Promise<void> {
  const end = Date.now() + limitMs;
  while (!isTrue()) {
    if (Date.now() > end) throw new Error("The condition was not true in time.");
    await sleep(5);
  }
}
