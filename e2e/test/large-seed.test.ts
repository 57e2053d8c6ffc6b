import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { connectDatabase } from "@dramac/edge-api/database";
import { findWrongCounts, seedLarge, sizesFor } from "@dramac/seeds/large";
import { createTestDatabase, onServer, type TestDatabase } from "@dramac/edge-api/test-database";
import { type Explained, explainLarge } from "./large-seed/explain-large.ts";
import { findScans } from "./large-seed/explain.ts";
import { findScansInside, findWaste, plansInside, tellingPlans, toldPlans } from "./large-seed/inside-functions.ts";
import type { RecordedStatement } from "./large-seed/recorded-statements.ts";

/** Enough that PostgreSQL reads a table whole only where no index leads. */
const SITES = 5_000;
const MODULES = new URL("../../modules", import.meta.url).pathname;

let large: TestDatabase;

const seed = (sites: number) => seedLarge({ database: large.database, url: large.url, sizes: sizesFor(sites), modules: MODULES });

before(async () => {
  large = await createTestDatabase();
  await seed(SITES);
});
after(() => large?.destroy());

describe("a large seed", () => {
  test("makes the documented rows, with counts that agree with them", async () => {
    assert.deepEqual(await findWrongCounts(large.database), []);
    const [row] = await large.database.withPlatform(
      "test",
      (tx) => tx`select (select count(*)::int from sites) as sites, (select count(*)::int from installations) as installations,
        (select max(install_count) from modules) as largest, (select max(current_installations) from agency_module_subscriptions) as sold`,
    );
    const { sites, agencyInstallations, clientInstallations, siteInstallations } = sizesFor(SITES);
    assert.deepEqual([row?.sites, row?.installations], [sites, agencyInstallations + clientInstallations + siteInstallations]);
    assert.ok((row?.largest as number) > 1_000 && (row?.sold as number) > 10);
  });

  test("continues an interrupted run, and adds nothing twice", async () => {
    await large.database.withPlatform("test", async (tx) => {
      await tx`delete from site_module_installations where id in (select id from site_module_installations where price_paid is not null limit 20)`;
      await tx`update agency_module_subscriptions s set current_installations = (select count(*) from installations i where i.agency_subscription_id = s.id)`;
    });
    const steps = await seed(SITES);
    assert.deepEqual(
      steps.filter(({ added }) => added > 0).map(({ step, added }) => [step, added]),
      [["installations of sites", 20]],
    );
    assert.deepEqual(await findWrongCounts(large.database), []);
  });

  test("a wrong count is found", async () => {
    const change = (by: number) =>
      large.database.withPlatform("test", (tx) => tx`update modules set install_count = install_count + ${by}::int where slug = 'booking-form'`);
    await change(1);
    assert.match((await findWrongCounts(large.database)).join(), /install_count of module booking-form is \d+, and there are \d+/);
    await change(-1);
  });
});

describe("every hot query over a large seed", () => {
  let explained: Explained;
  before(async () => {
    // Autovacuum runs at any time, and plans must not depend on when: vacuum now.
    await onServer(large.url, (sql) => sql`vacuum analyze`);
    explained = await explainLarge(large.url, SITES);
  });

  test("finds its rows by an index with any parameters, and so do the statements inside functions and triggers", () => {
    assert.ok(explained.statements.length > 160, `${explained.statements.length} statements were gathered`);
    assert.ok(explained.inside.length > 30, `${explained.inside.length} were told of inside functions`);
    assert.deepEqual(explained.scans, []);
  });

  for (const [what, text] of [
    ["a trigger that counts", /update module_storage_usage set bytes/],
    ["a function that a trigger calls", /delete from module_install_changes/],
    ["a trigger that forgets", /delete from installation_secrets where installation_id = old\.id/],
    ["a foreign key", /FOR KEY SHARE/],
    ["a foreign key whose row goes", /^UPDATE ONLY "public"."site_module_installations" SET "client_installation_id" = NULL/],
  ] as const) {
    test(`${what} is among them`, () => assert.ok(explained.inside.some((inside) => text.test(inside))));
  }

  test("a query without an index is found", async () => {
    const [platformContext] = explained.statements.filter(({ role }) => role === "dramac_platform");
    const planted = { ...(platformContext as RecordedStatement), text: "select id from sites where name = $1", parameters: ["Site 7"], types: [0] };
    assert.deepEqual(
      (await findScans(large.url, [planted])).map(({ table, plan }) => [table, plan]),
      [
        ["sites", "custom"],
        ["sites", "generic"],
      ],
    );
  });

  for (const [planning, body, tables] of [
    ["usual", "perform from sites where name = 'Site 7'", ["sites"]],
    ["without scans", "perform from signed_out_members where agency_id = '00000000-0000-4000-8000-000000000000'", ["signed_out_members"]],
    ["without scans", "perform from sites where id = '00000000-0000-4000-8000-000000000000'", []],
  ] as const) {
    test(`one inside a function is ${tables.length ? "found" : "passed over where an index leads"}: ${body}, planned ${planning}`, async () => {
      const { notices, sent } = await collectNotices(tellingPlans(large.url, planning), `do $$ begin ${body}; end $$`);
      const plans = plansInside(toldPlans(notices), sent);
      assert.deepEqual([plans.length, (await findScansInside(large.url, plans, planning)).map(({ table }) => table)], [1, tables]);
    });
  }

  for (const [what, where, tables] of [
    ["throws very many rows away", "agency_id is not null and settings ? 'nothing' order by id", ["site_module_installations"]],
    ["reads what it needs", "id = '00000000-0000-4000-8000-000000000000'", []],
  ] as const) {
    test(`one that ${what} is ${tables.length ? "found, though an index led there" : "passed over"}`, async () => {
      const url = tellingPlans(large.url, "without scans");
      const { notices } = await collectNotices(url, `select id from site_module_installations where ${where}`);
      assert.deepEqual(
        findWaste(toldPlans(notices)).map(({ table }) => table),
        tables,
      );
    });
  }
});

/** What a connection is told while it runs a statement, and what was sent for it. */
async function collectNotices(url: string, statement: string): Promise<{ notices: string[]; sent: Set<string> }> {
  const [notices, sent] = [[] as string[], new Set<string>()];
  const database = connectDatabase({ url, max: 1, onNotice: (message) => notices.push(message), onStatement: ({ text }) => sent.add(text.trim()) });
  await database.withPlatform("test", (tx) => tx.unsafe(statement)).finally(() => database.close());
  return { notices, sent };
}
