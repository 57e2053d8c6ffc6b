import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { findWrongCounts, makeLargeOwnerKey, seedLarge, sizesFor } from "@dramac/edge-api/large-seed";
import { startPlatform, type TestPlatform } from "../src/index.ts";
import { recordHotQueries } from "./large-seed/every-hot-query.ts";
import { findScans } from "./large-seed/explain.ts";
import type { LargePlatform } from "./large-seed/management-paths.ts";
import { createRecorder, type RecordedStatement } from "./large-seed/recorded-statements.ts";

/** Enough that PostgreSQL reads a table whole only where no index leads. */
const SITES = 5_000;
const MODULES = new URL("../../modules", import.meta.url).pathname;

const recorder = createRecorder();
let platform: TestPlatform;
let large: LargePlatform;
let statements: readonly RecordedStatement[];

const seed = (sites: number) => seedLarge({ database: platform.database, url: platform.server.databaseUrl, sizes: sizesFor(sites), modules: MODULES });
const explain = (given: readonly RecordedStatement[]) => findScans(platform.server.databaseUrl, given);

before(async () => {
  platform = await startPlatform(() => [], { onStatement: recorder.record });
  await seed(SITES);
  const { key: owner } = await makeLargeOwnerKey(platform.database);
  large = { port: platform.port, url: platform.url, database: platform.database, superAdmin: platform.seeded.keys.superAdmin, owner };
});
after(() => platform?.close());

describe("a large seed", () => {
  test("makes what it says, with counts that agree with the rows", async () => {
    assert.deepEqual(await findWrongCounts(platform.database), []);
    const [row] = await platform.database.withPlatform(
      "test",
      (tx) => tx`select (select count(*)::int from sites) as sites, (select count(*)::int from installations) as installations,
        (select max(install_count) from modules) as most, (select max(current_installations) from agency_module_subscriptions) as sold`,
    );
    const { sites, agencyInstallations, clientInstallations, siteInstallations } = sizesFor(SITES);
    assert.deepEqual([row?.sites, row?.installations], [sites, agencyInstallations + clientInstallations + siteInstallations]);
    assert.ok((row?.most as number) > 1_000 && (row?.sold as number) > 10);
  });

  test("goes on where another was broken off, and adds nothing twice", async () => {
    await platform.database.withPlatform("test", async (tx) => {
      await tx`delete from site_module_installations where id in (select id from site_module_installations where price_paid is not null limit 20)`;
      await tx`update agency_module_subscriptions s set current_installations = (select count(*) from installations i where i.agency_subscription_id = s.id)`;
    });
    const steps = await seed(SITES);
    assert.deepEqual(
      steps.filter(({ added }) => added > 0).map(({ step, added }) => [step, added]),
      [["installations of sites", 20]],
    );
    assert.deepEqual(await findWrongCounts(platform.database), []);
  });

  test("a wrong count is found", async () => {
    const change = (by: number) =>
      platform.database.withPlatform("test", (tx) => tx`update modules set install_count = install_count + ${by}::int where slug = 'booking-form'`);
    await change(1);
    assert.match((await findWrongCounts(platform.database)).join(), /install_count of module booking-form is \d+, and there are \d+/);
    await change(-1);
  });
});

describe("every hot query over a large seed", () => {
  before(async () => {
    statements = await recordHotQueries(large, recorder, SITES);
  });

  test("finds its rows by an index, whatever its parameters", async () => {
    assert.ok(statements.length > 90, `${statements.length} statements were gathered`);
    assert.deepEqual(await explain(statements), []);
  });

  test("one that no index leads to is found", async () => {
    const [platformContext] = statements.filter(({ role }) => role === "dramac_platform");
    const planted = { ...(platformContext as RecordedStatement), text: "select id from sites where name = $1", parameters: ["Site 7"], types: [0] };
    const found = await explain([planted]);
    assert.deepEqual(
      found.map(({ table, plan }) => [table, plan]),
      [
        ["sites", "custom"],
        ["sites", "generic"],
      ],
    );
  });
});
