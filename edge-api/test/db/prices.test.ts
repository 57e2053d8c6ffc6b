import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, describe, it } from "node:test";
import { createTestDatabase, type TestDatabase } from "../helpers/database.ts";
import { seedTenant } from "../helpers/tenant.ts";

interface PriceVector {
  readonly wholesale: string;
  readonly markupType: string;
  readonly basisPoints: string | null;
  readonly fixed: string | null;
  readonly custom: string | null;
  /** `null` where there is no price: the rule in contracts throws in that case. */
  readonly retail: string | null;
}

const vectors = JSON.parse(readFileSync(new URL("../../../contracts/test/price-vectors.json", import.meta.url), "utf8")) as PriceVector[];

describe("retail prices", () => {
  let db: TestDatabase;

  before(async () => {
    db = await createTestDatabase();
  });
  after(() => db.destroy());

  it("equal the shared vectors, half up", async () => {
    assert.ok(vectors.length >= 40);
    for (const vector of vectors) {
      const [row] = await db.database.withPlatform(
        "test prices",
        (tx) => tx<{ retail: bigint | null }[]>`select calculate_retail_price(${vector.wholesale}::bigint, ${vector.markupType},
          ${vector.basisPoints}::bigint, ${vector.fixed}::bigint, ${vector.custom}::bigint) as retail`,
      );
      assert.equal(row?.retail ?? null, vector.retail === null ? null : BigInt(vector.retail), JSON.stringify(vector));
    }
  });

  it("are cached, and change with the markup and with the wholesale price", async () => {
    const { agency, module } = await seedTenant(db.database, "prices");
    const cached = async () => {
      const [row] = await db.database.withTenant(
        agency,
        (tx) => tx<{ monthly: bigint; yearly: bigint }[]>`
          select retail_price_monthly_cached as monthly, retail_price_yearly_cached as yearly from agency_module_subscriptions`,
      );
      return [row?.monthly, row?.yearly];
    };
    assert.deepEqual(await cached(), [2_000n, 20_000n]);
    await db.database.withTenant(agency, (tx) => tx`update agency_module_subscriptions set markup_basis_points = 1505`);
    assert.deepEqual(await cached(), [1_151n, 11_505n]);
    await db.database.withPlatform("test prices", (tx) => tx`update modules set wholesale_price_monthly = 3333 where id = ${module}`);
    assert.deepEqual(await cached(), [3_835n, 11_505n]);
  });

  it("count the versions of the wholesale price", async () => {
    const { module } = await seedTenant(db.database, "versions");
    const version = async () => {
      const [row] = await db.database.withPlatform("test prices", (tx) => tx<{ v: number }[]>`select price_version as v from modules where id = ${module}`);
      return row?.v;
    };
    await db.database.withPlatform("test prices", (tx) => tx`update modules set name = 'renamed' where id = ${module}`);
    assert.equal(await version(), 1);
    await db.database.withPlatform("test prices", (tx) => tx`update modules set wholesale_price_yearly = 1 where id = ${module}`);
    assert.equal(await version(), 2);
  });

  it("refuse a custom markup without a price or below wholesale, and accept one above wholesale or marked as a subsidy", async () => {
    const { agency } = await seedTenant(db.database, "custom");
    const set = (monthly: bigint | null, subsidy: boolean) =>
      db.database.withTenant(
        agency,
        (tx) => tx`update agency_module_subscriptions set markup_type = 'custom', custom_price_monthly = ${monthly}, is_subsidy = ${subsidy}`,
      );
    await assert.rejects(set(null, false), { constraint_name: "custom_markup_has_a_price" });
    await assert.rejects(set(999n, false), { constraint_name: "custom_price_covers_wholesale" });
    await set(999n, true);
    await set(1_000n, false);
  });
});
