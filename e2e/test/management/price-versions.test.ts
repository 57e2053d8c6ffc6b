import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { applyDuePrices } from "@dramac/edge-api/due-prices";
import { startPlatform, type TestPlatform } from "../../src/index.ts";
import { type Agency, call, makeAgency } from "./api.ts";
import { createAgencyApi } from "./agency-api.ts";

const DAY_MS = 86_400_000;

let platform: TestPlatform;
let own: Agency;
let foreign: Agency;
let agencyApi: ReturnType<typeof createAgencyApi>;
before(async () => {
  platform = await startPlatform(() => [], { fixtures: ["probe"] });
  [own, foreign] = [await makeAgency(platform, "own"), await makeAgency(platform, "foreign")];
  agencyApi = createAgencyApi(platform, own);
});
after(() => platform?.close());

interface Sold {
  readonly module: string;
  readonly subscription: string;
  readonly site: string;
  readonly installation: string;
}

/** A module at 10.00 wholesale and 20.00 retail, subscribed to and installed on a site. */
async function sell(slug: string): Promise<Sold> {
  const module = await agencyApi.publish(slug);
  await agencyApi.price(module, {});
  const subscription = (await agencyApi.subscribe(module)).body.id;
  await agencyApi.comp(subscription);
  const site = await agencyApi.newSite();
  return { module, subscription, site, installation: (await agencyApi.install(site, module)).body.id };
}

const upcoming = async (module: string, status = "announced") =>
  (await agencyApi.asOwner("GET", `/api/agencies/${own.ids.agencyId}/price-changes?status=${status}`)).body.items.filter(
    ({ moduleId }: { moduleId: string }) => moduleId === module,
  );
const told = async (module: string) =>
  (await call(platform, { key: own.keys.client_member, method: "GET", path: `/api/clients/${own.ids.clientId}/price-changes` })).body.items.filter(
    ({ moduleId }: { moduleId: string }) => moduleId === module,
  );
const priceOf = async ({ site, installation }: Sold) => (await agencyApi.asOwner("GET", `/api/sites/${site}/installations/${installation}`)).body.price;
const agreed = async ({ subscription }: Sold) =>
  (await agencyApi.asOwner("GET", `/api/agencies/${own.ids.agencyId}/subscriptions`)).body.items.find(({ id }: { id: string }) => id === subscription).agreed;
/** Lets days go by for what was announced. */
const wait = (days: number) =>
  platform.database.withPlatform(
    "test clock",
    (
      tx,
    ) => tx`update price_changes set announced_at = announced_at - make_interval(days => ${days}), effective_at = effective_at - make_interval(days => ${days})
      where status = 'announced'`,
  );

describe("a wholesale price that changes", () => {
  test("is announced for earlier sales, and applies at once to new ones", async () => {
    const sold = await sell("changing");
    assert.deepEqual(await priceOf(sold), { amount: 2_000, currency: "USD", billingCycle: "monthly", version: 2 });
    await agencyApi.price(sold.module, { wholesaleMonthly: 1_333 });

    const [mine, theirs] = (await upcoming(sold.module)).sort((one: { level: string }) => (one.level === "subscription" ? -1 : 1));
    assert.deepEqual([mine.level, mine.wholesale], ["subscription", { from: 1_000, to: 1_333, difference: 333 }]);
    assert.deepEqual([theirs.level, theirs.installationId, theirs.paid], ["site", sold.installation, { from: 2_000, to: 2_666, difference: 666 }]);
    assert.ok(Math.abs(Date.parse(mine.effectiveAt) - Date.now() - 30 * DAY_MS) < 60_000);
    assert.equal((await priceOf(sold)).amount, 2_000);
    assert.deepEqual(await agreed(sold), { priceVersion: 2, wholesale: 1_000 });

    const site = await agencyApi.newSite();
    const { body: fresh } = await agencyApi.install(site, sold.module);
    assert.deepEqual([fresh.price.amount, fresh.price.version], [2_666, 3]);
    assert.equal((await upcoming(sold.module)).length, 2);
  });

  test("takes effect once, when the notice period is over, and not a day before", async () => {
    const sold = await sell("in-time");
    await agencyApi.price(sold.module, { wholesaleMonthly: 3_000 });
    await wait(29);
    await applyDuePrices(platform.database);
    assert.equal((await priceOf(sold)).amount, 2_000);
    await wait(1);
    const nodes = await Promise.all([applyDuePrices(platform.database), applyDuePrices(platform.database), applyDuePrices(platform.database)]);
    assert.ok(nodes.reduce((sum, count) => sum + count, 0) >= 2);
    assert.deepEqual(await priceOf(sold), { amount: 6_000, currency: "USD", billingCycle: "monthly", version: 3 });
    assert.deepEqual(await agreed(sold), { priceVersion: 3, wholesale: 3_000 });
    assert.deepEqual([(await upcoming(sold.module)).length, (await upcoming(sold.module, "applied")).length], [0, 2]);
    assert.equal(await applyDuePrices(platform.database), 0);
    const entries = (await agencyApi.asOwner("GET", `/api/agencies/${own.ids.agencyId}/audit?limit=100`)).body.items.filter(
      ({ action, subjectId }: { action: string; subjectId: string }) => action === "price.apply" && subjectId === sold.installation,
    );
    assert.deepEqual(
      entries.map((entry: { actorKind: string; before: { paid: number }; after: { paid: number } }) => [entry.actorKind, entry.before.paid, entry.after.paid]),
      [["system", 2_000, 6_000]],
    );
  });

  test("that changes twice is announced twice", async () => {
    const sold = await sell("twice");
    await agencyApi.price(sold.module, { wholesaleMonthly: 1_500 });
    await wait(10);
    await agencyApi.price(sold.module, { wholesaleMonthly: 1_200 });
    const steps = (await upcoming(sold.module)).filter(({ level }: { level: string }) => level === "site").map(({ paid }: { paid: object }) => paid);
    assert.deepEqual(steps, [
      { from: 3_000, to: 2_400, difference: -600 },
      { from: 2_000, to: 3_000, difference: 1_000 },
    ]);
    await wait(20);
    await applyDuePrices(platform.database);
    assert.equal((await priceOf(sold)).amount, 3_000);
    await wait(10);
    await applyDuePrices(platform.database);
    assert.equal((await priceOf(sold)).amount, 2_400);
  });

  test("of another cycle, or without a difference, is not announced", async () => {
    const sold = await sell("other-cycle");
    await agencyApi.price(sold.module, { wholesaleYearly: 99_000 });
    await agencyApi.price(sold.module, { wholesaleYearly: 99_000 });
    assert.deepEqual(await upcoming(sold.module), []);
    const { items } = (await agencyApi.asRoot("GET", `/api/admin/modules/${sold.module}/prices`)).body;
    assert.deepEqual(
      items.map(({ version, wholesaleYearly }: { version: number; wholesaleYearly: number }) => [version, wholesaleYearly]),
      [
        [3, 99_000],
        [2, 10_000],
        [1, 0],
      ],
    );
  });

  test("is cancelled for an installation that is uninstalled or sold again meanwhile", async () => {
    const [gone, back] = [await sell("gone"), await sell("back")];
    for (const { module, site, installation } of [gone, back]) {
      await agencyApi.price(module, { wholesaleMonthly: 5_000 });
      await agencyApi.asOwner("DELETE", `/api/sites/${site}/installations/${installation}`);
    }
    assert.equal((await agencyApi.asOwner("POST", `/api/sites/${back.site}/installations/${back.installation}/restore`)).status, 200);
    assert.equal((await priceOf(back)).amount, 10_000);
    await wait(30);
    await applyDuePrices(platform.database);
    for (const { module, installation } of [gone, back]) {
      assert.deepEqual(
        (await upcoming(module, "dropped")).map(({ installationId }: { installationId: string }) => installationId),
        [installation],
      );
    }
    assert.equal((await priceOf(back)).version, 3);
  });
});

test("applies correctly with concurrent installs and uninstalls", async () => {
  const sold = await sell("busy");
  const sites = await Promise.all(Array.from({ length: 8 }, agencyApi.newSite));
  const made = await Promise.all(sites.map((site) => agencyApi.install(site, sold.module)));
  for (let round = 0; round < 4; round++) {
    await agencyApi.price(sold.module, { wholesaleMonthly: 2_000 + round });
    await wait(30);
    const paths = made.map(({ body }) => `/api/sites/${body.siteId}/installations/${body.id}`);
    const [, ...answers] = await Promise.all([applyDuePrices(platform.database), ...paths.map((path) => agencyApi.asOwner("DELETE", path))]);
    answers.push(
      ...(await Promise.all([
        ...paths.map((path) => agencyApi.asOwner("POST", `${path}/restore`)),
        agencyApi.price(sold.module, { wholesaleMonthly: 3_000 + round }),
      ])),
    );
    assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
  }
});

describe("a markup that changes", () => {
  test("does not change earlier sales, until they are moved with 30 days' notice", async () => {
    const sold = await sell("moved");
    await agencyApi.asOwner("PUT", `/api/agencies/${own.ids.agencyId}/subscriptions/${sold.subscription}/markup`, { type: "fixed", amount: 1_500 });
    assert.deepEqual([(await priceOf(sold)).amount, await upcoming(sold.module)], [2_000, []]);
    const move = () => agencyApi.asOwner("POST", `/api/agencies/${own.ids.agencyId}/subscriptions/${sold.subscription}/price-move`);
    const { status, body } = await move();
    assert.deepEqual([status, body.announced], [200, 1]);
    assert.ok(Math.abs(Date.parse(body.effectiveAt) - Date.now() - 30 * DAY_MS) < 60_000);
    assert.deepEqual((await move()).body, { announced: 0, effectiveAt: null }, "what is told is not told again");
    assert.equal((await priceOf(sold)).amount, 2_000);
    await wait(30);
    await applyDuePrices(platform.database);
    assert.equal((await priceOf(sold)).amount, 2_500);
  });

  test("moves one installation and leaves the others", async () => {
    const sold = await sell("one-of-two");
    const other = await agencyApi.newSite();
    const second = { ...sold, site: other, installation: (await agencyApi.install(other, sold.module)).body.id };
    await agencyApi.asOwner("PUT", `/api/agencies/${own.ids.agencyId}/subscriptions/${sold.subscription}/markup`, {
      type: "custom",
      monthly: 1_100,
      yearly: null,
    });
    assert.equal((await agencyApi.asOwner("POST", `/api/sites/${sold.site}/installations/${sold.installation}/price-move`)).body.announced, 1);
    await wait(30);
    await applyDuePrices(platform.database);
    assert.deepEqual([(await priceOf(sold)).amount, (await priceOf(second)).amount], [1_100, 2_000]);
  });

  test("keeps the markup that was sold when wholesale changes", async () => {
    const sold = await sell("kept-markup");
    await agencyApi.asOwner("PUT", `/api/agencies/${own.ids.agencyId}/subscriptions/${sold.subscription}/markup`, { type: "passthrough" });
    await agencyApi.price(sold.module, { wholesaleMonthly: 1_100 });
    await wait(30);
    await applyDuePrices(platform.database);
    assert.equal((await priceOf(sold)).amount, 2_200);
  });
});

describe("a client", () => {
  test("is told its future price, and never the wholesale price", async () => {
    const sold = await sell("told");
    await agencyApi.price(sold.module, { wholesaleMonthly: 1_777 });
    const [change, ...more] = await told(sold.module);
    assert.deepEqual([change.retail, more], [{ from: 2_000, to: 3_554, difference: 1_554 }, []]);
    assert.doesNotMatch(JSON.stringify(change), /wholesale|markup|profit|cause|subscription|\b1000\b|\b1777\b|\b777\b/i);
    for (const path of [`/api/agencies/${own.ids.agencyId}/price-changes`, `/api/admin/modules/${sold.module}/prices`]) {
      assert.equal((await call(platform, { key: own.keys.client_member, method: "GET", path })).body.code, "principal_too_low");
    }
  });

  test("is not told of a wholesale change if the agency's price is its own", async () => {
    const sold = await sell("untold");
    await agencyApi.asOwner("PUT", `/api/agencies/${own.ids.agencyId}/subscriptions/${sold.subscription}/markup`, {
      type: "custom",
      monthly: 9_900,
      yearly: null,
    });
    const site = await agencyApi.newSite();
    const { body } = await agencyApi.install(site, sold.module);
    await agencyApi.price(sold.module, { wholesaleMonthly: 1_500 });
    const ids = (await told(sold.module)).map(({ installationId }: { installationId: string }) => installationId);
    assert.deepEqual(ids, [sold.installation]);
    assert.ok((await upcoming(sold.module)).some(({ installationId }: { installationId: string }) => installationId === body.id));
  });

  test("of another agency is told nothing", async () => {
    const sold = await sell("private");
    await agencyApi.price(sold.module, { wholesaleMonthly: 1_500 });
    const { body } = await call(platform, { key: foreign.keys.agency_owner, method: "GET", path: `/api/agencies/${foreign.ids.agencyId}/price-changes` });
    assert.deepEqual(body.items, []);
    assert.equal((await upcoming(sold.module)).length, 2);
  });
});
