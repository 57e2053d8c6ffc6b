import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startPlatform, type TestPlatform } from "../../src/index.ts";
import { type Agency, call, makeAgency } from "./api.ts";
import { sampleOf } from "./samples.ts";

let platform: TestPlatform;
let own: Agency;
let root = "";
let probe = "";
before(async () => {
  platform = await startPlatform(() => [], { fixtures: ["probe"] });
  own = await makeAgency(platform, "own");
  root = platform.seeded.keys.superAdmin;
  const { body } = await call(platform, { key: root, method: "GET", path: "/api/admin/modules?text=probe" });
  probe = body.items[0].id;
});
after(() => platform?.close());

const draft = async (more: object = {}) =>
  (await call(platform, { key: root, method: "POST", path: "/api/admin/modules", body: { ...sampleOf("module.create"), ...more } })).body;
const move = (id: string, status: string) => call(platform, { key: root, method: "PUT", path: `/api/admin/modules/${id}/status`, body: { status } });
const price = (id: string, prices: object) =>
  call(platform, { key: root, method: "PUT", path: `/api/admin/modules/${id}/prices`, body: { ...sampleOf("module.set-prices"), ...prices } });
const asAgency = (path: string, method = "GET", body?: object) =>
  call(platform, { key: own.keys.agency_owner, method, path: `/api/agencies/${own.ids.agencyId}${path}`, body });

describe("the life of a module", () => {
  test("goes from draft to active by review, and needs a published version", async () => {
    const { id, status } = await draft();
    assert.equal(status, "draft");
    assert.match((await move(id, "active")).body.detail, /can become review/);
    assert.equal((await move(id, "review")).body.status, "review");
    assert.match((await move(id, "active")).body.detail, /Publish a version first/);
    assert.equal((await move(id, "draft")).body.status, "draft");
  });

  test("ends by deprecation, and begins again", async () => {
    for (const status of ["deprecated", "active", "disabled", "active"]) assert.equal((await move(probe, status)).body.status, status);
    assert.equal((await move(probe, "draft")).body.code, "conflict");
  });

  test("has one row for each slug", async () => {
    const { slug } = await draft();
    const again = await call(platform, { key: root, method: "POST", path: "/api/admin/modules", body: { ...sampleOf("module.create"), slug } });
    assert.deepEqual([again.status, again.body.code], [409, "conflict"]);
  });
});

describe("the catalogue", () => {
  test("is searched by text, category, tag, level, type and price", async () => {
    const slug = `needle-${crypto.randomUUID()}`;
    const { id } = await draft({ slug, name: "Needle 100%", category: "sewing", tags: ["thread"], type: "app", installLevel: "client" });
    await price(id, {});
    const ids = async (query: string) =>
      (await call(platform, { key: root, method: "GET", path: `/api/admin/modules?${query}` })).body.items.map((one: { id: string }) => one.id);
    for (const query of ["text=NEEDLE%20100%25", "category=sewing", "tag=thread", "level=client", "type=app", "price=paid", "status=draft"]) {
      assert.ok((await ids(query)).includes(id), query);
    }
    for (const query of ["text=100_", "category=forms", "tag=yarn", "level=site", "type=widget", "price=free", "status=active"]) {
      assert.ok(!(await ids(query)).includes(id), query);
    }
  });

  test("shows agencies only active modules", async () => {
    const { items } = (await asAgency("/modules")).body;
    assert.deepEqual(
      items.map((one: { slug: string; isSubscribed: boolean }) => [one.slug, one.isSubscribed]),
      [["probe", true]],
    );
  });
});

describe("a subscription", () => {
  test("to a free module runs at once, and only one is possible; to a paid one it is pending until it is paid or comped", async () => {
    const expire = () => platform.database.withTenant(own.ids.agencyId ?? "", (tx) => tx`update agency_module_subscriptions set status = 'expired'`);
    await expire();
    const made = await asAgency("/subscriptions", "POST", { moduleId: probe });
    assert.deepEqual([made.status, made.body.status], [201, "active"]);
    assert.equal((await asAgency("/subscriptions", "POST", { moduleId: probe })).body.code, "conflict");
    await expire();
    await price(probe, { wholesaleMonthly: 999, wholesaleYearly: 9_990 });
    const { id, status } = (await asAgency("/subscriptions", "POST", { moduleId: probe })).body;
    assert.equal(status, "pending");
    assert.deepEqual(
      (await call(platform, { key: own.keys.client_member, method: "GET", path: `/api/clients/${own.ids.clientId}/modules` })).body.items,
      [],
      "not offered before",
    );
    const granted = await call(platform, { key: root, method: "POST", path: `/api/admin/subscriptions/${id}/grant`, body: { reason: "partner" } });
    assert.equal(granted.body.status, "active");
  });

  test("has a price by its markup, rounded half up, that follows wholesale", async () => {
    const { id } = (await asAgency("/subscriptions")).body.items[0];
    const markup = async (body: object) => (await asAgency(`/subscriptions/${id}/markup`, "PUT", body)).body;
    for (const [body, retail, profit] of [
      [{ type: "percentage", basisPoints: 10_000 }, 1_998, 999],
      [{ type: "percentage", basisPoints: 50 }, 1_004, 5],
      [{ type: "fixed", amount: 1 }, 1_000, 1],
      [{ type: "passthrough" }, 999, 0],
      [{ type: "custom", monthly: 2_500, yearly: null }, 2_500, 1_501],
    ] as const) {
      const { monthly, markup: stored } = await markup(body);
      assert.deepEqual(monthly, { wholesale: 999, retail, profit });
      assert.equal(stored.type, body.type);
    }
    assert.match((await markup({ type: "custom", monthly: 998, yearly: null })).detail, /below wholesale/);
    assert.equal((await markup({ type: "custom", monthly: 998, yearly: null, isSubsidy: true })).monthly.profit, -1);
    assert.match((await markup({ type: "custom", monthly: null, yearly: null })).detail, /needs a monthly or a yearly price/);
    await markup({ type: "fixed", amount: 100 });
    await price(probe, { wholesaleMonthly: 2_000 });
    assert.equal((await asAgency("/subscriptions")).body.items[0].monthly.retail, 2_100);
  });

  test("tells a client the retail price and never a cost", async () => {
    const { body } = await call(platform, { key: own.keys.client_member, method: "GET", path: `/api/clients/${own.ids.clientId}/modules` });
    assert.equal(body.items[0].retailMonthly, 2_100);
    assert.doesNotMatch(JSON.stringify(body), /wholesale|profit|markup|suggested|2000\b/i);
    assert.equal(
      (await call(platform, { key: own.keys.client_member, method: "GET", path: `/api/agencies/${own.ids.agencyId}/modules` })).body.code,
      "principal_too_low",
    );
  });
});
