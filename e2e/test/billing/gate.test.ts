import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { installationLabel, type InstallationId } from "@dramac/contracts";
import { dialPort, startPlatform, type TestPlatform } from "../../src/index.ts";
import { type Agency, makeAgency } from "../management/api.ts";
import { createAgencyApi } from "../management/agency-api.ts";

const HOST = "https://shop.example";
const DAY = 86_400_000;

let platform: TestPlatform;
let own: Agency;
let agencyApi: ReturnType<typeof createAgencyApi>;
let key = "";
let id: InstallationId;
let siteId = "";
let moduleId = "";
/** How far the node's clock is ahead. */
let ahead = 0;

before(async () => {
  platform = await startPlatform(() => [], { managementRates: { perKey: 1e6, perNetwork: 1e6 }, clock: () => Date.now() + ahead });
  own = await makeAgency(platform, "own");
  agencyApi = createAgencyApi(platform, own);
  moduleId = await agencyApi.publish("sold", { entryPoints: { siteBody: "main.js" }, hooks: ["site:page:after"], permissions: ["read:site"] });
  await agencyApi.price(moduleId, { pricingType: "monthly", wholesaleMonthly: 1_000 });
  const subscription = (await agencyApi.subscribe(moduleId)).body;
  await agencyApi.comp(subscription.id);
  siteId = await agencyApi.newSite();
  key = (await agencyApi.asOwner("POST", `/api/sites/${siteId}/surfaces`, { name: "Shop", origins: [HOST] })).body.key;
  const installed = await agencyApi.install(siteId, moduleId);
  assert.equal(installed.status, 201, JSON.stringify(installed.body));
  id = installed.body.id;
});
after(() => platform?.close());
beforeEach(() => (ahead = 0));

/** Writes what billing would have learnt, and waits until the node has heard of it. */
async function mock(columns: string): Promise<void> {
  for (const change of ["provider = 'lemonsqueezy', pause_mode = null, renews_at = null, trial_ends_at = null, ends_at = null", ...columns.split("; ")]) {
    await agencyApi.rows(`update agency_module_subscriptions set ${change} where module_id = '${moduleId}'`);
  }
  await follow();
}

/** Waits until the node has heard of every change: it hears of them in order. */
async function follow(): Promise<void> {
  const locale = `en-${String.fromCharCode(65 + ++changes / 26, 65 + (changes % 26))}`;
  await agencyApi.rows(`update surfaces set locale = '${locale}' where key = '${key}'`);
  const end = Date.now() + 2_000;
  while (JSON.parse((await dialPort(platform.port, `/api/surfaces/${key}/plan`)).body).surface.locale !== locale) {
    assert.ok(Date.now() < end, "a change took longer than two seconds");
  }
}
let changes = 0;

async function stateOf(): Promise<{ state: string; reason?: string }> {
  const plan = JSON.parse((await dialPort(platform.port, `/api/surfaces/${key}/plan`)).body);
  return plan.modules[0];
}

async function openSession(): Promise<number> {
  const origin = `http://${installationLabel(id)}.frames.localhost:${platform.port}`;
  const body = JSON.stringify({ installation: id, surface: key, hostOrigin: HOST, visitor: null });
  return (await dialPort(platform.port, "/api/sessions", { method: "POST", headers: { "content-type": "application/json", origin }, body })).status;
}

const frame = async (): Promise<number> =>
  (await dialPort(platform.port, `/f/${key}`, { host: `${installationLabel(id)}.frames.localhost:${platform.port}` })).status;

async function assertRuns(runs: boolean, why: string): Promise<void> {
  const { state, reason } = await stateOf();
  assert.deepEqual([state, await openSession(), await frame()], runs ? ["active", 200, 200] : ["suspended", 410, 404], why);
  assert.equal(reason, undefined, "visitors are not told");
}

describe("a module runs as its subscription allows", () => {
  for (const [status, runs, more] of [
    ["active", true, ""],
    ["on_trial", true, ""],
    ["past_due", true, ""],
    ["unpaid", true, ""],
    ["paused", true, ", pause_mode = 'free'"],
    ["paused", false, ", pause_mode = 'void'"],
    ["cancelled", true, ", ends_at = now() + interval '1 day'"],
    ["cancelled", false, ", ends_at = now() - interval '1 day'"],
    ["expired", false, ""],
    ["pending", false, ""],
    ["active", true, ", provider = 'manual'"],
  ] as const)
    test(`${status}${more}: it ${runs ? "runs" : "does not"}`, async () => {
      await mock(`status = '${status}'${more}`);
      await assertRuns(runs, status);
    });
});

test("a period ends by time alone, also in cached plans", async () => {
  await mock("status = 'cancelled', ends_at = now() + interval '1 day'");
  await assertRuns(true, "today");
  ahead = DAY - 60_000;
  await assertRuns(true, "a minute before");
  ahead = DAY + 6 * 60_000;
  await assertRuns(false, "after it");
});

test("nothing new can be installed with a cancelled or long overdue subscription; existing installations keep running", async () => {
  for (const columns of ["status = 'cancelled', ends_at = now() + interval '1 day'", "status = 'past_due'; status_since = now() - interval '4 days'"]) {
    await mock(columns);
    const refused = await agencyApi.install(await agencyApi.newSite(), moduleId);
    assert.deepEqual([refused.status, refused.body.code], [402, "subscription_required"], columns);
    await assertRuns(true, columns);
  }
  await mock("status = 'past_due'; status_since = now()");
  assert.equal((await agencyApi.install(await agencyApi.newSite(), moduleId)).status, 201, "in the first days a payment may just be late");
});

test("during the grace period settings cannot be changed, and afterwards they can", async () => {
  const change = () => agencyApi.asOwner("PATCH", `/api/sites/${siteId}/installations/${id}/settings`, {});
  await mock("status = 'unpaid'; status_since = now()");
  const refused = await change();
  assert.deepEqual([refused.status, refused.body.code], [403, "suspended"]);
  assert.match(refused.body.detail, /until it is paid for/);
  await mock("status = 'active'");
  assert.equal((await change()).status, 200);
});

test("over its limit a module runs; suspended for it, it does not", async () => {
  await mock("status = 'active'");
  const limit = async (status: string) => {
    await agencyApi.rows(`update site_module_installations set limit_status = '${status}' where id = '${id}'`);
    await follow();
  };
  await limit("over_limit");
  assert.deepEqual([(await stateOf()).state, await openSession(), await frame()], ["over_limit", 200, 200]);
  await limit("suspended");
  await assertRuns(false, "suspended");
  await limit("within");
  await assertRuns(true, "within");
});
