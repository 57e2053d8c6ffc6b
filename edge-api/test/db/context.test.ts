import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { DatabaseError } from "../../src/db/errors.ts";
import { createTestDatabase, onServer, type TestDatabase } from "../helpers/database.ts";

const A = "00000000-0000-7000-8000-00000000000a";
const B = "00000000-0000-7000-8000-00000000000b";

describe("35: tenant context", () => {
  let db: TestDatabase;

  before(async () => {
    db = await createTestDatabase();
    await db.database.withPlatform("test seeds", async (tx) => {
      for (const [id, slug] of [
        [A, "a"],
        [B, "b"],
      ] as const) {
        await tx`insert into agencies (id, name, slug) values (${id}, ${slug}, ${slug})`;
        await tx`insert into clients (agency_id, name) values (${id}, ${`client of ${slug}`})`;
      }
    });
  });
  after(() => db.destroy());

  it("shows an agency only its own rows", async () => {
    const names = (id: string) => db.database.withTenant(id, (tx) => tx<{ name: string }[]>`select name from clients`);
    assert.deepEqual(
      (await names(A)).map(({ name }) => name),
      ["client of a"],
    );
    assert.deepEqual(
      (await names(B)).map(({ name }) => name),
      ["client of b"],
    );
  });

  it("shows the platform every agency's rows", async () => {
    const rows = await db.database.withPlatform("test", (tx) => tx`select name from clients`);
    assert.equal(rows.length, 2);
  });

  it("refuses to write a row into another agency", async () => {
    const insert = (id: string) => db.database.withTenant(id, (tx) => tx`insert into clients (agency_id, name) values (${A}, 'planted')`);
    await assert.rejects(insert(B), { code: "42501" });
    await insert(A);
    const moved = await db.database.withTenant(B, (tx) => tx`update clients set name = 'stolen' where agency_id = ${A}`);
    assert.equal(moved.count, 0);
  });

  it("refuses a reference to another agency's row, and accepts one to its own", async () => {
    const [own] = await db.database.withTenant(A, (tx) => tx<{ id: string }[]>`select id from clients limit 1`);
    const insert = (agency: string) =>
      db.database.withTenant(agency, (tx) => tx`insert into sites (agency_id, client_id, name) values (${agency}, ${own?.id ?? ""}, 'site')`);
    await assert.rejects(insert(B), { code: "23503" });
    await insert(A);
  });

  it("refuses an agency id that is not a UUID, and an empty reason", async () => {
    const isBadContext = (error: unknown) => error instanceof DatabaseError && error.code === "bad_context";
    await assert.rejects(
      db.database.withTenant("' or true --", async () => 1),
      isBadContext,
    );
    await assert.rejects(
      db.database.withPlatform(" ", async () => 1),
      isBadContext,
    );
  });

  it("makes the reason readable inside the platform's transaction", async () => {
    const [row] = await db.database.withPlatform("plan look-up", (tx) => tx`select current_setting('app.reason') as reason, current_user as role`);
    assert.deepEqual({ ...row }, { reason: "plan look-up", role: "dramac_platform" });
  });

  it("ends a context with its transaction: 1,000 interleaved transactions with errors, rollbacks and killed backends", async () => {
    const outcome = { fine: 0, failed: 0, leaked: 0 };
    const one = async (index: number): Promise<void> => {
      const id = index % 2 ? A : B;
      try {
        await db.database.withTenant(id, async (tx) => {
          const rows = await tx<{ agency_id: string; role: string }[]>`select agency_id, current_user as role from clients`;
          if (rows.length === 0 || rows.some((row) => row.agency_id !== id || row.role !== "dramac_app")) outcome.leaked++;
          if (index % 7 === 0) throw new Error("rolled back");
          if (index % 11 === 0) await tx`select 1 / 0`;
          if (index % 13 === 0) await tx.savepoint((inner) => inner`select nonsense`).catch(() => undefined);
          if (index % 97 === 0) await tx`select pg_sleep(5)`;
        });
        outcome.fine++;
      } catch {
        outcome.failed++;
      }
    };
    const killer = setInterval(() => {
      // Its own query contains the text that it searches for, and on a slow machine several of them run at the same time.
      void onServer(
        db.url,
        (sql) => sql`select pg_terminate_backend(pid) from pg_stat_activity where query like '%pg_sleep(5)%' and query not like '%pg_terminate_backend%'`,
      );
    }, 100);
    for (let from = 0; from < 1_000; from += 50) {
      await Promise.all(Array.from({ length: 50 }, (_, step) => one(from + step)));
    }
    clearInterval(killer);
    assert.equal(outcome.leaked, 0);
    assert.equal(outcome.fine + outcome.failed, 1_000);
    assert.ok(outcome.fine > 600 && outcome.failed > 200, JSON.stringify(outcome));
  });

  it("returns no rows to a role without a context", async () => {
    await onServer(db.url, (sql) =>
      sql.begin(async (tx) => {
        await tx`set local role dramac_app`;
        assert.equal((await tx`select * from clients`).length, 0);
        await tx`select set_config('app.agency', ${A}, true)`;
        assert.notEqual((await tx`select * from clients`).length, 0);
      }),
    );
  });
});
