import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { applyDuePrices } from "@dramac/edge-api/due-prices";
import { startPlatform, type TestPlatform } from "../../src/index.ts";
import { type Agency, call, makeAgency } from "../management/api.ts";
import { createAgencyApi } from "../management/agency-api.ts";

let platform: TestPlatform;
let own: Agency;
let agencyApi: ReturnType<typeof createAgencyApi>;
before(async () => {
  platform = await startPlatform(() => [], { fixtures: ["probe"] });
  own = await makeAgency(platform, "own");
  agencyApi = createAgencyApi(platform, own);
});
after(() => platform?.close());

/** A module at 9.99 wholesale, sold on at 150 % of that. */
async function sell(slug: string, more: object = {}) {
  const module = await agencyApi.publish(slug, more);
  await agencyApi.price(module, { wholesaleMonthly: 999 });
  const subscription = (await agencyApi.subscribe(module)).body.id;
  await agencyApi.comp(subscription);
  await agencyApi.asOwner("PUT", `/api/agencies/${own.ids.agencyId}/subscriptions/${subscription}/markup`, { type: "percentage", basisPoints: 5_000 });
  return module;
}

async function receipts(path: string) {
  const of = async (key: string) => (await call(platform, { key, method: "GET", path: `${path}/receipt` })).body;
  return { client: await of(own.keys.client_member), agency: await of(own.keys.agency_member), platform: await of(platform.seeded.keys.superAdmin) };
}

describe("a receipt", () => {
  test("shows each of three parties its part, and the parts add up", async () => {
    const module = await sell("receipt-book");
    const site = await agencyApi.newSite();
    const { id } = (await agencyApi.install(site, module)).body;
    const { client, agency, platform: whole } = await receipts(`/api/sites/${site}/installations/${id}`);
    const { period, ...facts } = client;
    const everybodys = {
      installationId: id,
      level: "site",
      moduleId: module,
      moduleSlug: "receipt-book",
      moduleName: "receipt-book",
      currency: "USD",
      billingCycle: "monthly",
      retail: 1_499,
    };
    assert.deepEqual(facts, { view: "client", ...everybodys });
    assert.equal(period.amount, 1_499);
    assert.equal(new Date(period.to).getTime() > Date.now(), true);
    const agencys = {
      ...everybodys,
      period,
      priceVersion: agency.priceVersion,
      wholesale: 999,
      markup: { type: "percentage", basisPoints: 5_000, amount: 500 },
      profit: 500,
    };
    assert.deepEqual(agency, { view: "agency", ...agencys });
    const { developerId, ...rest } = whole;
    assert.match(developerId, /^[0-9a-f-]{36}$/);
    assert.deepEqual(rest, { view: "platform", ...agencys, developerName: "DRAMAC", developerShare: 699, platformShare: 300 });
    // What the client pays is developer, platform and agency, to the cent.
    assert.equal(client.retail, whole.developerShare + whole.platformShare + agency.profit);
  });

  test("keeps the sold price, and follows a new price after its notice period", async () => {
    const module = await sell("receipt-later");
    const site = await agencyApi.newSite();
    const path = `/api/sites/${site}/installations/${(await agencyApi.install(site, module)).body.id}`;
    await agencyApi.price(module, { wholesaleMonthly: 2_001 });
    const before = await receipts(path);
    assert.deepEqual([before.client.retail, before.agency.wholesale, before.platform.developerShare], [1_499, 999, 699]);
    await platform.database.withPlatform(
      "test clock",
      (tx) => tx`update price_changes set announced_at = announced_at - interval '31 days', effective_at = effective_at - interval '31 days'`,
    );
    await applyDuePrices(platform.database);
    const { client, agency, platform: whole } = await receipts(path);
    assert.deepEqual([client.retail, agency.wholesale, whole.developerShare, whole.platformShare, whole.markup.amount], [3_002, 2_001, 1_401, 600, 1_001]);
    assert.equal(client.period.amount, 1_499, "the period that runs was owed at the price of its beginning");
  });

  test("has no client if an agency uses a module itself, and no price if none was agreed", async () => {
    const module = await sell("receipt-own", { installLevel: "agency" });
    const { id } = (await agencyApi.asOwner("POST", `/api/agencies/${own.ids.agencyId}/installations`, { moduleId: module })).body;
    const used = (await agencyApi.asOwner("GET", `/api/agencies/${own.ids.agencyId}/installations/${id}/receipt`)).body;
    assert.deepEqual([used.wholesale, used.retail, used.markup, used.profit, used.period], [999, null, null, null, null]);
    const free = await agencyApi.publish("receipt-free");
    const site = await agencyApi.newSite();
    const { client, agency } = await receipts(`/api/sites/${site}/installations/${(await agencyApi.install(site, free)).body.id}`);
    assert.deepEqual([client.retail, client.period, agency.wholesale, agency.profit], [null, null, null, null]);
  });
});
