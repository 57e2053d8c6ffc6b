import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, it } from "node:test";
import { createTestDatabase, type TestDatabase } from "../helpers/database.ts";
import { seedTenant } from "../helpers/tenant.ts";

describe("triggers and constraints", () => {
  let db: TestDatabase;

  before(async () => {
    db = await createTestDatabase();
  });
  after(() => db.destroy());

  const moduleRow = async (id: string) => {
    const [row] = await db.database.withPlatform(
      "test",
      (tx) => tx<{ installs: number; average: string; count: number }[]>`
        select install_count as installs, rating_average as average, rating_count as count from modules where id = ${id}`,
    );
    return row;
  };

  it("count published reviews of all agencies, although each agency sees only its own", async () => {
    const first = await seedTenant(db.database, "first");
    const second = await seedTenant(db.database, "second");
    const review = (agency: string, rating: number) =>
      db.database.withTenant(agency, (tx) => tx`insert into module_reviews (module_id, agency_id, rating) values (${first.module}, ${agency}, ${rating})`);
    const moderate = (agency: string, status: string) =>
      db.database.withPlatform("moderation", (tx) => tx`update module_reviews set status = ${status} where agency_id = ${agency}`);
    await review(first.agency, 5);
    await review(second.agency, 2);
    assert.equal((await moduleRow(first.module))?.count, 0, "they are not moderated yet");
    for (const { agency } of [first, second]) await moderate(agency, "published");
    assert.deepEqual({ ...(await moduleRow(first.module)) }, { installs: 0, average: "3.50", count: 2 });
    await db.database.withTenant(second.agency, (tx) => tx`update module_reviews set rating = 3, status = 'published', is_verified_purchase = true`);
    assert.deepEqual(
      { ...(await moduleRow(first.module)) },
      { installs: 0, average: "5.00", count: 1 },
      "a changed review waits for moderation again, with any status that its author sets",
    );
    await moderate(second.agency, "published");
    await moderate(first.agency, "hidden");
    assert.deepEqual({ ...(await moduleRow(first.module)) }, { installs: 0, average: "3.00", count: 1 });
    await assert.rejects(review(second.agency, 4), { code: "23505" });
    await assert.rejects(review(first.agency, 6), { code: "23514" });
    await db.database.withTenant(second.agency, (tx) => tx`delete from module_reviews`);
    assert.deepEqual({ ...(await moduleRow(first.module)) }, { installs: 0, average: "0.00", count: 0 });
  });

  it("allow a module to be installed once at a time, and again after it was uninstalled", async () => {
    const { agency, site, client, module } = await seedTenant(db.database, "again");
    const install = () =>
      db.database.withTenant(
        agency,
        (tx) => tx<{ id: string; client_id: string; revision: number }[]>`
          insert into site_module_installations (agency_id, site_id, module_id, granted_permissions)
          values (${agency}, ${site}, ${module}, ${["read:site"]}) returning id, client_id, revision`,
      );
    const [row] = await install();
    assert.equal(row?.client_id, client);
    await assert.rejects(install(), { code: "23505" });
    assert.equal((await moduleRow(module))?.installs, 1);
    await db.database.withTenant(agency, (tx) => tx`update site_module_installations set uninstalled_at = now()`);
    assert.equal((await moduleRow(module))?.installs, 0);
    await install();
    const rows = await db.database.withTenant(
      agency,
      (tx) => tx<{ level: string; revision: number; granted_permissions: string[] }[]>`
        select level, revision, granted_permissions from installations order by installed_at`,
    );
    assert.deepEqual(
      rows.map((found) => ({ ...found })),
      [
        { level: "site", revision: 2, granted_permissions: ["read:site"] },
        { level: "site", revision: 1, granted_permissions: ["read:site"] },
      ],
    );
  });

  it("accept one vote per agency, and only valid status changes of a request", async () => {
    const { agency, module } = await seedTenant(db.database, "request");
    const id = randomUUID();
    await db.database.withTenant(
      agency,
      (tx) => tx`insert into module_requests (id, agency_id, title, description) values (${id}, ${agency}, 'wish', 'please')`,
    );
    const vote = () => db.database.withPlatform("vote", (tx) => tx`insert into module_request_votes (request_id, agency_id) values (${id}, ${agency})`);
    await vote();
    await assert.rejects(vote(), { code: "23505" });
    const step = (status: string, result: string | null = null) =>
      db.database.withPlatform("requests", (tx) => tx`update module_requests set status = ${status}, resulting_module_id = ${result} where id = ${id}`);
    await assert.rejects(step("completed", module), { constraint_name: "module_request_step" });
    for (const status of ["reviewing", "approved", "in_progress"]) await step(status);
    await assert.rejects(step("completed"), { constraint_name: "module_request_result" });
    await step("completed", module);
    const [row] = await db.database.withTenant(
      agency,
      (tx) => tx<{ upvotes: number; done: boolean }[]>`
      select upvotes, completed_at is not null as done from module_requests where id = ${id}`,
    );
    assert.deepEqual({ ...row }, { upvotes: 1, done: true });
  });

  it("37: refuse concurrent writes of one visitor that exceed the quota together", async () => {
    const { agency } = await seedTenant(db.database, "quota");
    const installation = randomUUID();
    const put = (index: number) =>
      db.database.withTenant(
        agency,
        (tx) => tx`insert into module_documents (installation_id, agency_id, collection, id, visitor_sub, data, size)
          values (${installation}, ${agency}, 'notes', ${String(index)}, 'v1', ${tx.json({ index })}, 50000)`,
      );
    const results = await Promise.allSettled(Array.from({ length: 100 }, (_, index) => put(index)));
    assert.equal(results.filter(({ status }) => status === "fulfilled").length, 20);
    const reasons = results.flatMap((result) => (result.status === "rejected" ? [(result.reason as { constraint_name?: string }).constraint_name] : []));
    assert.deepEqual([...new Set(reasons)], ["module_storage_within_quota"]);
    const usage = async () =>
      (await db.database.withTenant(agency, (tx) => tx<{ bytes: bigint }[]>`select bytes from module_storage_usage order by visitor_sub`)).map(
        ({ bytes }) => bytes,
      );
    assert.deepEqual(await usage(), [1_000_000n, 1_000_000n]);
    await db.database.withTenant(agency, (tx) => tx`delete from module_documents where id in (select id from module_documents limit 5)`);
    assert.deepEqual(await usage(), [750_000n, 750_000n]);
  });

  it("refuse changes of a published version, except of its status", async () => {
    const { module } = await seedTenant(db.database, "immutable");
    const update = (change: (id: string) => Promise<unknown>) => change(module);
    await db.database.withPlatform(
      "test",
      (tx) => tx`insert into module_versions (module_id, version, manifest, package_hash, status)
      values (${module}, '1.0.0', ${tx.json({})}, 'abc', 'published')`,
    );
    await assert.rejects(
      update((id) => db.database.withPlatform("test", (tx) => tx`update module_versions set package_hash = 'other' where module_id = ${id}`)),
      { code: "23000" },
    );
    await update((id) => db.database.withPlatform("test", (tx) => tx`update module_versions set status = 'yanked' where module_id = ${id}`));
  });

  it("create usage partitions once, accept an event once, and drop old days", async () => {
    const { agency, module } = await seedTenant(db.database, "usage");
    const day = new Date("2031-02-27T00:00:00Z");
    const made = await Promise.all([1, 2, 3].map(() => db.database.ensureUsagePartitions(day, 3)));
    assert.equal(
      made.reduce((sum, count) => sum + count),
      7,
    );
    const id = randomUUID();
    const insert = (at: string) =>
      db.database.withPlatform(
        "usage",
        (tx) => tx`insert into module_usage_events (id, created_at, module_id, installation_id, agency_id, event_type)
        values (${id}, ${new Date(at)}, ${module}, ${id}, ${agency}, 'load') on conflict do nothing`,
      );
    assert.equal((await insert("2031-02-28T12:00:00Z")).count, 1);
    assert.equal((await insert("2031-02-28T12:00:00Z")).count, 0);
    await assert.rejects(insert("2040-01-01T00:00:00Z"), { code: "23514" });
    assert.equal((await db.database.withTenant(agency, (tx) => tx`select 1 from module_usage_events`)).length, 1);
    assert.ok((await db.database.dropUsagePartitions(new Date("2031-03-01T00:00:00Z"))) >= 2);
    assert.equal((await db.database.withTenant(agency, (tx) => tx`select 1 from module_usage_events`)).length, 0);
    assert.equal(await db.database.ensureUsagePartitions(new Date("2031-03-01T00:00:00Z"), 1), 0);
  });
});
