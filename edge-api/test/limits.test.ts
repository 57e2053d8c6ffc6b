import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { applyInstallationLimit, recordEndedLimits } from "../src/services/limits.ts";
import { createTestDatabase, type TestDatabase } from "./helpers/database.ts";
import { seedTenant, type Tenant } from "./helpers/tenant.ts";

const DAY_MS = 86_400_000;
const NOW = new Date();

let suite: TestDatabase;
before(async () => {
  suite = await createTestDatabase();
});
after(() => suite?.destroy());

const platform = <T>(work: Parameters<TestDatabase["database"]["withPlatform"]>[1]) => suite.database.withPlatform("test", work) as Promise<T>;

/** An agency with so many installations of one module on sites, the oldest first. */
async function seedInstallations(count: number): Promise<{ tenant: Tenant; ids: string[] }> {
  const tenant = await seedTenant(suite.database, "limits");
  const ids = Array.from({ length: count }, () => randomUUID());
  await platform(async (tx) => {
    for (const [at, id] of ids.entries()) {
      const site = randomUUID();
      await tx`insert into sites (id, agency_id, client_id, name) values (${site}, ${tenant.agency}, ${tenant.client}, 'site')`;
      await tx`insert into site_module_installations (id, agency_id, site_id, module_id, agency_subscription_id, installed_at)
        values (${id}, ${tenant.agency}, ${site}, ${tenant.module}, ${tenant.subscription}, ${new Date(NOW.getTime() - (count - at) * 1_000)})`;
    }
    await tx`update agency_module_subscriptions set current_installations = ${count} where id = ${tenant.subscription}`;
  });
  return { tenant, ids };
}

async function limit({ subscription }: Tenant, max: number | null, now = NOW, more: Readonly<Record<string, unknown>> = {}): Promise<void> {
  await platform(async (tx) => {
    await tx`update agency_module_subscriptions set ${tx({ max_installations: max, ...more } as never)} where id = ${subscription}`;
    await applyInstallationLimit(tx, subscription, now);
  });
}

async function statuses(ids: readonly string[]): Promise<string[]> {
  const rows = await platform<{ id: string; limit_status: string }[]>(
    (tx) => tx`select id, limit_status from site_module_installations where id in ${tx([...ids])}`,
  );
  return ids.map((id) => rows.find((row) => row.id === id)?.limit_status ?? "");
}

async function endsAt({ subscription }: Tenant): Promise<Date | null> {
  const [row] = await platform<{ at: Date | null }[]>((tx) => tx`select limit_ends_at as at from agency_module_subscriptions where id = ${subscription}`);
  return row?.at ?? null;
}

describe("a limit of installations", () => {
  test("leaves the oldest within it, and marks the others as over it", async () => {
    const { tenant, ids } = await seedInstallations(3);
    await limit(tenant, 2);
    assert.deepEqual(await statuses(ids), ["within", "within", "over_limit"]);
  });

  test("changes nothing where it is not exceeded", async () => {
    const { tenant, ids } = await seedInstallations(2);
    for (const max of [2, null]) {
      await limit(tenant, max);
      assert.deepEqual([await statuses(ids), await endsAt(tenant)], [["within", "within"], null]);
    }
  });

  test("prefers what the agency chose to keep", async () => {
    const { tenant, ids } = await seedInstallations(3);
    await limit(tenant, 1, NOW, { kept_installations: [ids[2]] });
    assert.deepEqual(await statuses(ids), ["over_limit", "over_limit", "within"]);
  });

  test("gives time until the end of the paid period, else a week", async () => {
    const { tenant: paid } = await seedInstallations(2);
    const end = new Date(NOW.getTime() + 20 * DAY_MS);
    await limit(paid, 1, NOW, { current_period_end: end });
    assert.deepEqual(await endsAt(paid), end);
    const { tenant: past } = await seedInstallations(2);
    await limit(past, 1, NOW, { current_period_end: new Date(NOW.getTime() - DAY_MS) });
    assert.deepEqual(await endsAt(past), new Date(NOW.getTime() + 7 * DAY_MS));
    const { tenant: unpaid } = await seedInstallations(2);
    await limit(unpaid, 1);
    assert.deepEqual(await endsAt(unpaid), new Date(NOW.getTime() + 7 * DAY_MS));
  });

  test("keeps the first end when it is looked at again, and suspends what is over it afterwards", async () => {
    const { tenant, ids } = await seedInstallations(2);
    await limit(tenant, 1);
    const end = await endsAt(tenant);
    await limit(tenant, 1, new Date(NOW.getTime() + 3 * DAY_MS));
    assert.deepEqual([await endsAt(tenant), await statuses(ids)], [end, ["within", "over_limit"]]);
    await limit(tenant, 1, end as Date);
    assert.deepEqual(await statuses(ids), ["within", "suspended"]);
  });

  test("lets everything run again when it is raised, and forgets what was to be kept", async () => {
    const { tenant, ids } = await seedInstallations(2);
    await limit(tenant, 1, NOW, { kept_installations: [ids[1]] });
    await limit(tenant, 1, new Date(NOW.getTime() + 8 * DAY_MS));
    assert.deepEqual(await statuses(ids), ["suspended", "within"]);
    await limit(tenant, 2);
    assert.deepEqual([await statuses(ids), await endsAt(tenant)], [["within", "within"], null]);
    const [row] = await platform<{ retained: string[] }[]>(
      (tx) => tx`select kept_installations as retained from agency_module_subscriptions where id = ${tenant.subscription}`,
    );
    assert.deepEqual(row?.retained, []);
  });

  test("does not count what was uninstalled", async () => {
    const { tenant, ids } = await seedInstallations(3);
    await platform((tx) => tx`update site_module_installations set uninstalled_at = now() where id = ${ids[0] as string}`);
    await limit(tenant, 1);
    assert.deepEqual(await statuses(ids), ["within", "within", "over_limit"]);
  });

  test("does not reach the installations of another subscription, or of another agency", async () => {
    const [own, other] = [await seedInstallations(2), await seedInstallations(2)];
    await limit(own.tenant, 1);
    assert.deepEqual(await statuses(other.ids), ["within", "within"]);
    assert.equal(await endsAt(other.tenant), null);
  });
});

describe("the job that records ended limits", () => {
  test("suspends what is over a limit that has ended, and nothing else", async () => {
    const [ended, running, fine] = [await seedInstallations(2), await seedInstallations(2), await seedInstallations(1)];
    await limit(ended.tenant, 1);
    await platform((tx) => tx`update agency_module_subscriptions set limit_ends_at = now() - interval '1 minute' where id = ${ended.tenant.subscription}`);
    await limit(running.tenant, 1);
    assert.equal(await recordEndedLimits(suite.database, () => true), 0);
    assert.equal(await recordEndedLimits(suite.database), 1);
    assert.deepEqual(await statuses(ended.ids), ["within", "suspended"]);
    assert.deepEqual(await statuses(running.ids), ["within", "over_limit"]);
    assert.deepEqual(await statuses(fine.ids), ["within"]);
    assert.equal(await recordEndedLimits(suite.database), 0);
  });
});
