import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { createTestDatabase, onServer, type TestDatabase } from "../helpers/database.ts";
import { seedTenant } from "../helpers/tenant.ts";

/** The catalogue, which every role may read. All other tables belong to tenants. */
const CATALOGUE = ["file_contents", "module_version_files", "module_versions", "modules", "schema_migrations"];

describe("36: row security, by the catalogue of the migrated database", () => {
  let db: TestDatabase;

  before(async () => {
    db = await createTestDatabase();
  });
  after(() => db.destroy());

  interface TableState {
    name: string;
    enabled: boolean;
    forced: boolean;
    policies: number;
    part: boolean;
  }

  const tables = () =>
    onServer(
      db.url,
      (sql) => sql<TableState[]>`
        select relname as name, relrowsecurity as enabled, relforcerowsecurity as forced, relispartition as part,
          (select count(*)::int from pg_policy where polrelid = pg_class.oid) as policies
        from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') order by relname`,
    );

  it("is enabled, forced and has policies on every table outside the catalogue", async () => {
    const open = (await tables()).filter(({ enabled, forced, policies, part }) => !(enabled && forced && (part || policies > 0)));
    assert.deepEqual(
      open.map(({ name }) => name),
      CATALOGUE,
    );
  });

  it("covers every table with an agency_id, and this test finds a table without it", async () => {
    const unlocked = (sql: Parameters<Parameters<typeof onServer>[1]>[0]) => sql<{ name: string }[]>`
      select c.relname as name from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'agency_id' and not a.attisdropped
      where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not (c.relrowsecurity and c.relforcerowsecurity)`;
    assert.deepEqual([...(await onServer(db.url, (sql) => unlocked(sql)))], []);
    await onServer(db.url, async (sql) => {
      await sql`create table forgotten (agency_id uuid)`;
      assert.deepEqual(
        (await unlocked(sql)).map(({ name }) => name),
        ["forgotten"],
      );
      await sql`drop table forgotten`;
    });
  });

  it("cannot be bypassed by its roles: no superuser, no BYPASSRLS, no login, and they own nothing", async () => {
    const roles = await onServer(
      db.url,
      (sql) => sql`
        select rolname, rolsuper, rolbypassrls, rolcanlogin, rolcreaterole, rolcreatedb,
          (select count(*)::int from pg_class where relowner = pg_roles.oid) + (select count(*)::int from pg_proc where proowner = pg_roles.oid) as owns
        from pg_roles where rolname in ('dramac_app', 'dramac_platform') order by rolname`,
    );
    const harmless = { rolsuper: false, rolbypassrls: false, rolcanlogin: false, rolcreaterole: false, rolcreatedb: false, owns: 0 };
    assert.deepEqual(
      roles.map((role) => ({ ...role })),
      [
        { rolname: "dramac_app", ...harmless },
        { rolname: "dramac_platform", ...harmless },
      ],
    );
  });

  it("is not bypassed by views or functions", async () => {
    const views = await onServer(
      db.url,
      (sql) => sql`select relname, coalesce(reloptions::text, '') like '%security_invoker=true%' as invoker from pg_class
        where relnamespace = 'public'::regnamespace and relkind in ('v', 'm')`,
    );
    assert.deepEqual(
      views.map((view) => ({ ...view })),
      [{ relname: "installations", invoker: true }],
    );
    const definers = await onServer(db.url, (sql) => sql`select proname from pg_proc where pronamespace = 'public'::regnamespace and prosecdef`);
    assert.deepEqual([...definers], []);
  });

  it("allows access to partitions only through their parent", async () => {
    const grants = await onServer(
      db.url,
      (sql) => sql`select c.relname from pg_class c, aclexplode(c.relacl) a join pg_roles r on r.oid = a.grantee
        where c.relispartition and c.relkind = 'r' and r.rolname like 'dramac_%'`,
    );
    assert.deepEqual([...grants], []);
  });

  it("gives each role only the rights that it needs", async () => {
    const { agency, module } = await seedTenant(db.database, "grants");
    await db.database.withTenant(agency, async (tx) => {
      assert.equal((await tx`select id from modules where id = ${module}`).length, 1);
    });
    const refused = [
      (id: string) => db.database.withTenant(id, (tx) => tx`update modules set wholesale_price_monthly = 0`),
      (id: string) => db.database.withTenant(id, (tx) => tx`delete from audit_log`),
      (id: string) => db.database.withTenant(id, (tx) => tx`update agencies set status = 'active'`),
      (id: string) => db.database.withTenant(id, (tx) => tx`select * from webhook_inbox`),
      (id: string) =>
        db.database.withTenant(
          id,
          (tx) => tx`insert into module_usage_events (id, module_id, installation_id, agency_id, event_type) values (${id}, ${id}, ${id}, ${id}, 'load')`,
        ),
      (id: string) => db.database.withTenant(id, (tx) => tx`update module_storage_usage set limit_bytes = 1`),
      () => db.database.withPlatform("test", (tx) => tx`drop table clients`),
      () => db.database.withPlatform("test", (tx) => tx`select ensure_usage_partitions(current_date, 1)`),
    ];
    for (const [index, attempt] of refused.entries()) await assert.rejects(attempt(agency), { code: "42501" }, `attempt ${index}`);
    await db.database.withTenant(agency, (tx) => tx`update agencies set name = 'renamed'`);
    await db.database.withTenant(
      agency,
      (tx) => tx`insert into audit_log (agency_id, actor_kind, action, subject_kind) values (${agency}, 'system', 'test', 'test')`,
    );
    assert.equal((await db.database.withPlatform("test", (tx) => tx`select 1 from webhook_inbox`)).length, 0);
  });

  it("hides the rows of one agency from another in each table", async () => {
    const mine = await seedTenant(db.database, "mine");
    const other = await seedTenant(db.database, "other");
    await db.database.withTenant(
      mine.agency,
      (tx) => tx`
      insert into site_module_installations (agency_id, site_id, module_id) values (${mine.agency}, ${mine.site}, ${mine.module})`,
    );
    for (const table of ["agencies", "clients", "sites", "surfaces", "agency_module_subscriptions", "site_module_installations", "installations"]) {
      const count = async (agency: string) => (await db.database.withTenant(agency, (tx) => tx`select 1 from ${tx(table)}`)).length;
      assert.equal(await count(mine.agency), 1, table);
      assert.equal(await count(other.agency), table.endsWith("installations") ? 0 : 1, table);
      const [foreign] = await db.database.withTenant(
        other.agency,
        (tx) => tx<{ n: number }[]>`
        select count(*)::int as n from ${tx(table)} where ${tx(table === "agencies" ? "id" : "agency_id")} = ${mine.agency}`,
      );
      assert.equal(foreign?.n, 0, table);
    }
  });
});
