import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { developerShare, type Markup, type MarkupType, retailPrice } from "@dramac/contracts";
import { createTestDatabase, type TestDatabase } from "../helpers/database.ts";

const TYPES: readonly MarkupType[] = ["percentage", "fixed", "custom", "passthrough"];
const COMBINATIONS = 1_000_000;
const CHUNK = 50_000;

/** The combination of a number, computed in the same way in TypeScript and in SQL. Multiplying by large odd numbers distributes the values. */
function combination(number: number): { wholesale: bigint; markup: Markup } {
  const scattered = (factor: number, below: number) => (BigInt(number) * BigInt(factor)) % BigInt(below);
  const [points, amount] = [scattered(40_503, 30_011), scattered(69_069, 1_000_003)];
  return {
    // Small prices, where rounding matters, and the largest possible prices.
    wholesale: number % 3 === 0 ? scattered(7_919, 1_009) : scattered(2_654_435_761, 100_000_000_001),
    markup: { type: TYPES[number % 4] as MarkupType, basisPoints: points, fixed: amount, custom: amount },
  };
}

describe("the price rule", () => {
  let db: TestDatabase;
  before(async () => {
    db = await createTestDatabase();
  });
  after(() => db.destroy());

  it("gives the same results in SQL for a million combinations", async () => {
    const kinds = new Map<string, number>();
    for (let from = 0; from < COMBINATIONS; from += CHUNK) {
      const [row] = await db.database.withPlatform(
        "test prices",
        (tx) => tx<{ prices: string }[]>`
          select string_agg(calculate_retail_price(
            case when n % 3 = 0 then (n * 7919) % 1009 else (n::numeric * 2654435761 % 100000000001)::bigint end,
            (array['percentage', 'fixed', 'custom', 'passthrough'])[n % 4 + 1],
            (n * 40503) % 30011, (n * 69069) % 1000003, (n * 69069) % 1000003)::text, ',' order by n) as prices
          from generate_series(${from}::bigint, ${from + CHUNK - 1}::bigint) n`,
      );
      const prices = row?.prices.split(",") ?? [];
      assert.equal(prices.length, CHUNK);
      for (const [index, price] of prices.entries()) {
        const { wholesale, markup } = combination(from + index);
        const expected = retailPrice(wholesale, markup).toString();
        if (price !== expected)
          assert.fail(`${wholesale} with ${markup.type} ${markup.basisPoints}/${markup.fixed}: SQL says ${price}, TypeScript ${expected}`);
        if (markup.type === "percentage" && (wholesale * (markup.basisPoints ?? 0n)) % 10_000n === 5_000n) kinds.set("half", (kinds.get("half") ?? 0) + 1);
        kinds.set(markup.type, (kinds.get(markup.type) ?? 0) + 1);
      }
    }
    // Without any halves the test could not distinguish half up from half even.
    assert.ok((kinds.get("half") ?? 0) > 10, "halves were met");
    assert.deepEqual(
      [...TYPES].map((type) => kinds.get(type)),
      TYPES.map(() => COMBINATIONS / 4),
    );
  });

  it("computes the developer's share like SQL does, half up, without any loss", async () => {
    const bases = [...Array.from({ length: 5_000 }, (_, number) => BigInt(number)), 999_999_999_999_999n, 9_007_199_254_740_993n];
    const [row] = await db.database.withPlatform(
      "test prices",
      (tx) => tx<{ shares: string[] }[]>`
        select array_agg(calculate_developer_share(base)::text order by place) as shares from unnest(${bases.map(String)}::bigint[]) with ordinality as given (base, place)`,
    );
    assert.deepEqual(row?.shares.map(BigInt), bases.map(developerShare));
    // Of every ten cents five are halves or rounded: 5 cents are 3.5, and the developer's are 4.
    assert.deepEqual([0n, 1n, 2n, 5n, 15n, 999n].map(developerShare), [0n, 1n, 1n, 4n, 11n, 699n]);
    assert.throws(() => developerShare(-1n), RangeError);
  });

  it("would fail this test with truncation in place of rounding", () => {
    const differs = Array.from({ length: 1_000 }, (_, number) => combination(number)).filter(
      ({ wholesale, markup }) =>
        markup.type === "percentage" && wholesale + (wholesale * (markup.basisPoints ?? 0n)) / 10_000n !== retailPrice(wholesale, markup),
    );
    assert.ok(differs.length > 50);
  });
});
