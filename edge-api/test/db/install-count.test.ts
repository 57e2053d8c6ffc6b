import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { createTestDatabase, type TestDatabase } from "../helpers/database.ts";
import { seedTenant, type Tenant } from "../helpers/tenant.ts";

const AT_ONCE = 20;

describe("the install count of a popular module", () => {
  let db: TestDatabase;
  let module = "";

  before(async () => {
    db = await createTestDatabase();
    module = (await seedTenant(db.database, "popular")).module;
  });
  after(() => db.destroy());

  const tenants = (count: number) => Promise.all(Array.from({ length: count }, (_, n) => seedTenant(db.database, `tenant-${n}`)));
  const count = async () => {
    const [row] = await db.database.withPlatform("test", (tx) => tx`select install_count as count from modules where id = ${module}`);
    return row?.count as number;
  };
  /** Installs in a transaction that stays open until `commit` is called. */
  async function installAndHold({ agency, site }: Tenant) {
    let goOn: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (goOn = resolve));
    let installed: () => void = () => undefined;
    const isInstalled = new Promise<void>((resolve) => (installed = resolve));
    const ended = db.database.withTenant(agency, async (tx) => {
      await tx`select set_config('lock_timeout', '500ms', true)`;
      await tx`insert into site_module_installations (agency_id, site_id, module_id) values (${agency}, ${site}, ${module})`;
      installed();
      await held;
    });
    await Promise.race([isInstalled, ended]);
    return {
      commit: () => {
        goOn();
        return ended;
      },
    };
  }

  it("does not make agencies wait for each other's transactions, and is correct when both have ended", async () => {
    const [first, second] = (await tenants(2)) as [Tenant, Tenant];
    const one = await installAndHold(first);
    const other = await installAndHold(second);
    await other.commit();
    await one.commit();
    await db.database.withPlatform("test", (tx) => tx`select settle_install_counts()`);
    assert.equal(await count(), 2);
  });

  it("is updated by the next installation", async () => {
    const [first, second, third] = (await tenants(3)) as [Tenant, Tenant, Tenant];
    const known = await count();
    const one = await installAndHold(first);
    await (await installAndHold(second)).commit();
    await one.commit();
    assert.equal(await count(), known + 1);
    await (await installAndHold(third)).commit();
    assert.equal(await count(), known + 3);
  });

  it("is correct after many concurrent installations, removals and rollbacks", async () => {
    const known = await count();
    const all = await tenants(AT_ONCE);
    await Promise.all(
      all.map(({ agency, site }, n) =>
        db.database
          .withTenant(agency, async (tx) => {
            await tx`insert into site_module_installations (agency_id, site_id, module_id) values (${agency}, ${site}, ${module})`;
            if (n % 4 === 0) throw new Error("rolled back");
          })
          .catch((error: Error) => assert.equal(error.message, "rolled back")),
      ),
    );
    await Promise.all(
      all
        .slice(0, 2)
        .map(({ agency }) =>
          db.database.withTenant(agency, (tx) => tx`update site_module_installations set uninstalled_at = now() where agency_id = ${agency}`),
        ),
    );
    await db.database.withPlatform("test", (tx) => tx`select settle_install_counts()`);
    assert.equal(await count(), known + 15 - 1);
  });
});
