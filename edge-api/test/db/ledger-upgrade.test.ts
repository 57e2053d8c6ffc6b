import assert from "node:assert/strict";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { migrate } from "../../src/db/migrate.ts";
import { readMigrations, SQL_FOLDER } from "../../src/db/migration-files.ts";
import { createEmptyDatabase, type TestDatabase } from "../helpers/database.ts";
import { seedTenant, type Tenant } from "../helpers/tenant.ts";

describe("an upgrade of a database without a ledger", () => {
  let db: TestDatabase;
  let folder: string;
  let tenant: Tenant;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "dramac-sql-"));
    const names = readMigrations().map(({ name }) => name);
    for (const name of names.slice(
      0,
      names.findIndex((one) => one.endsWith("-ledger.sql")),
    ))
      cpSync(join(SQL_FOLDER, name), join(folder, name));
    db = await createEmptyDatabase();
    await migrate({ url: db.url, folder });
    tenant = await seedTenant(db.database, "earlier");
    const { agency, client, site, module, subscription } = tenant;
    const other = await seedTenant(db.database, "other");
    await db.database.withPlatform("test seeds", async (tx) => {
      await tx`update modules set author_name = 'Harbour Works' where id = ${module}`;
      const sold = {
        agency_id: agency,
        client_id: client,
        module_id: module,
        price_wholesale: 999,
        price_currency: "USD",
        price_markup_type: "passthrough",
        agency_subscription_id: subscription,
      };
      await tx`insert into site_module_installations ${tx({ ...sold, site_id: site, price_paid: 1_499, billing_cycle: "monthly", installed_at: monthsAgo(5.5) })}`;
      await tx`insert into client_module_installations ${tx({ ...sold, price_paid: 9_999, billing_cycle: "yearly", installed_at: monthsAgo(18) })}`;
      // Free and uninstalled modules have no client periods.
      await tx`insert into client_module_installations ${tx({ ...sold, module_id: other.module, price_paid: 0, billing_cycle: "monthly" })}`;
      await tx`insert into client_module_installations ${tx({ ...sold, price_paid: 5, billing_cycle: "monthly", uninstalled_at: new Date() })}`;
    });
    await migrate({ url: db.url });
  });
  after(async () => {
    await db.destroy();
    rmSync(folder, { recursive: true, force: true });
  });

  const monthsAgo = (months: number) => new Date(Date.now() - months * 30.44 * 86_400_000);

  it("assigns a developer to its modules, also to later ones", async () => {
    const rows = await db.database.withPlatform(
      "test",
      (tx) => tx`select d.name, (d.name = m.author_name) as same from modules m join developers d on d.id = m.developer_id order by d.name`,
    );
    assert.deepEqual(
      rows.map((row) => [row.name, row.same]),
      [
        ["DRAMAC", true],
        ["Harbour Works", true],
      ],
    );
    const { module } = await seedTenant(db.database, "later");
    const [later] = await db.database.withPlatform(
      "test",
      (tx) => tx`select d.name from modules m join developers d on d.id = m.developer_id where m.id = ${module}`,
    );
    assert.equal(later?.name, "DRAMAC");
  });

  it("has the developer's share of the sold prices, and the current periods", async () => {
    const [shares, periods] = await db.database.withPlatform("test", async (tx) => [
      await tx`select price_developer_share::int as share from client_module_installations union all select price_developer_share::int from site_module_installations`,
      await tx`select amount::int, billing_cycle, period_start <= now() and period_end > now() and renews_at = period_end as runs from client_periods order by amount`,
    ]);
    assert.deepEqual(
      shares.map(({ share }) => share),
      [699, 699, 699, 699],
    );
    assert.deepEqual(
      periods.map((row) => [row.amount, row.billing_cycle, row.runs]),
      [
        [1_499, "monthly", true],
        [9_999, "yearly", true],
      ],
    );
  });
});
