import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { renewClientPeriods } from "@dramac/edge-api/client-periods";
import { onServer } from "@dramac/edge-api/test-database";
import { startPlatform, type TestPlatform } from "../../src/index.ts";
import { type Agency, makeAgency } from "../management/api.ts";
import { createAgencyApi } from "../management/agency-api.ts";

let platform: TestPlatform;
let own: Agency;
let agencyApi: ReturnType<typeof createAgencyApi>;
let count = 0;
before(async () => {
  platform = await startPlatform(() => [], { fixtures: ["probe"] });
  own = await makeAgency(platform, "own");
  agencyApi = createAgencyApi(platform, own);
});
after(() => platform?.close());

/** A module at 10.00 wholesale and 20.00 retail on a site. */
async function sell(prices: object = {}, billingCycle = "monthly") {
  const module = await agencyApi.publish(`period-${++count}`);
  await agencyApi.price(module, prices);
  const subscription = (await agencyApi.subscribe(module, { billingCycle })).body.id;
  await agencyApi.comp(subscription);
  const site = await agencyApi.newSite();
  const { id } = (await agencyApi.install(site, module)).body;
  return { module, subscription, id, path: `/api/sites/${site}/installations/${id}` };
}

interface Period {
  readonly from: string;
  readonly to: string | null;
  readonly amount: number;
  readonly renews: boolean;
}
const periodsOf = async (id: string): Promise<Period[]> => {
  const rows =
    await agencyApi.rows(`select to_char(period_start at time zone 'UTC', 'YYYY-MM-DD') as from, to_char(period_end at time zone 'UTC', 'YYYY-MM-DD') as to,
    amount::int, renews_at is not null as renews from client_periods where installation_id = '${id}' order by period_start`);
  return rows.map((row) => ({ ...row })) as unknown as Period[];
};
/** As if it had been installed at that moment, and no job had run since. */
const since = (id: string, moment: string, cycle = "1 month") =>
  onServer(
    platform.server.databaseUrl,
    (sql) => sql`update client_periods set anchor_at = ${moment}::timestamptz, period_start = ${moment}::timestamptz,
      period_end = ${moment}::timestamptz + ${cycle}::text::interval, renews_at = ${moment}::timestamptz + ${cycle}::text::interval where installation_id = ${id}`,
  );
const monthsAgo = (months: number, day: number) => {
  const now = new Date();
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() - months, day));
};

describe("what a client owes", () => {
  test("begins with the installation, continues monthly, and is recorded once with any number of nodes", async () => {
    const { id } = await sell();
    assert.deepEqual(
      (await periodsOf(id)).map(({ amount, renews }) => [amount, renews]),
      [[2_000, true]],
    );
    // The last of January, by hand: February is short, and March has its 31st again.
    await since(id, "2026-01-31T10:00:00Z");
    await Promise.all([renewClientPeriods(platform.database), renewClientPeriods(platform.database)]);
    const periods = await periodsOf(id);
    assert.deepEqual(
      periods.slice(0, 4).map(({ from }) => from),
      ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30"],
    );
    for (const [index, { to, renews }] of periods.entries()) assert.deepEqual([to, renews], [periods[index + 1]?.from ?? to, index === periods.length - 1]);
    assert.ok(new Date(periods.at(-1)?.to ?? "").getTime() > Date.now() - 86_400_000);
    assert.equal(await renewClientPeriods(platform.database), 0);
  });

  test("is recorded yearly or once, as it was sold", async () => {
    const yearly = await sell({ pricingType: "yearly" }, "yearly");
    assert.deepEqual(
      (await periodsOf(yearly.id)).map(({ amount }) => amount),
      [20_000],
    );
    await since(yearly.id, "2024-02-29T00:00:00Z", "1 year");
    await renewClientPeriods(platform.database);
    assert.deepEqual((await periodsOf(yearly.id)).map(({ from }) => from).slice(0, 3), ["2024-02-29", "2025-02-28", "2026-02-28"]);
    const once = await sell({ pricingType: "one_time", wholesaleOneTime: 5_000 }, "one_time");
    assert.deepEqual(
      (await periodsOf(once.id)).map(({ to, amount, renews }) => [to, amount, renews]),
      [[null, 10_000, false]],
    );
  });

  test("ends when it is uninstalled; after a restore the next period begins when the paid one is over", async () => {
    const { id, path } = await sell();
    await agencyApi.asOwner("DELETE", path);
    await agencyApi.asOwner("POST", `${path}/restore`);
    assert.equal((await periodsOf(id)).length, 1);
    await agencyApi.asOwner("DELETE", path);
    await since(id, monthsAgo(2, 1).toISOString());
    await renewClientPeriods(platform.database);
    assert.deepEqual(
      (await periodsOf(id)).map(({ renews }) => renews),
      [false],
    );
    assert.equal((await agencyApi.asOwner("POST", `${path}/restore`)).status, 200);
    const [, again, ...more] = await periodsOf(id);
    assert.deepEqual([again?.from, again?.renews, more.length], [new Date().toISOString().slice(0, 10), true, 0]);
  });

  test("pauses while the module does not run, and continues from the day on which it runs again", async () => {
    const { id } = await sell();
    await agencyApi.rows(`update site_module_installations set limit_status = 'suspended' where id = '${id}'`);
    await since(id, monthsAgo(3, 1).toISOString());
    await renewClientPeriods(platform.database);
    assert.deepEqual(
      (await periodsOf(id)).map(({ renews }) => renews),
      [true],
      "asked again later",
    );
    await agencyApi.rows(`update site_module_installations set limit_status = 'within' where id = '${id}'`);
    await onServer(
      platform.server.databaseUrl,
      (sql) => sql`update client_periods set renews_at = now() - interval '1 minute' where installation_id = ${id} and renews_at is not null`,
    );
    await renewClientPeriods(platform.database);
    const [, resumed, ...more] = await periodsOf(id);
    assert.deepEqual([resumed?.amount, more.length, Date.now() - Date.parse(resumed?.from ?? "") < 2 * 86_400_000], [2_000, 0, true]);
  });

  test("has the price of the beginning of its period, also when the job runs late", async () => {
    const { id, module } = await sell();
    await agencyApi.price(module, { wholesaleMonthly: 1_500 });
    // The price took effect a month and a half ago; periods began three, two and one months ago.
    const effective = new Date(Date.now() - 45 * 86_400_000);
    await platform.database.withPlatform(
      "test clock",
      (tx) =>
        tx`update price_changes set announced_at = ${effective}::timestamptz - interval '31 days', effective_at = ${effective} where installation_id = ${id}`,
    );
    await since(id, new Date(Date.now() - 95 * 86_400_000).toISOString());
    await renewClientPeriods(platform.database);
    const periods = await periodsOf(id);
    assert.deepEqual(
      periods.map(({ from, amount }) => amount === (index(from) < effective.getTime() ? 2_000 : 3_000)),
      periods.map(() => true),
    );
    assert.deepEqual(new Set(periods.map(({ amount }) => amount)), new Set([2_000, 3_000]));
  });
});

const index = (day: string) => Date.parse(`${day}T00:00:00Z`);
