import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { startPlatform, type TestPlatform } from "../../src/index.ts";
import { type Agency, call, makeAgency } from "./api.ts";
import { createAgencyApi } from "./agency-api.ts";

let platform: TestPlatform;
let own: Agency;
let other: Agency;
let agencyApi: ReturnType<typeof createAgencyApi>;
before(async () => {
  platform = await startPlatform(() => [], { fixtures: ["probe"] });
  [own, other] = [await makeAgency(platform, "own"), await makeAgency(platform, "other")];
  agencyApi = createAgencyApi(platform, own);
});
after(() => platform?.close());

const as = (agency: Agency, method: string, path: string, body?: object) =>
  call(platform, { key: agency.keys.agency_admin, method, path: `/api/agencies/${agency.ids.agencyId}/modules/${path}`, body });
const write = (agency: Agency, module: string, rating: number, more: object = {}) => as(agency, "PUT", `${module}/review`, { rating, ...more });
const decide = (id: string, status: string, more: object = {}) => agencyApi.asRoot("PUT", `/api/admin/reviews/${id}/status`, { status, ...more });
const ratingOf = async (module: string) => {
  const { ratingAverage, ratingCount } = (await agencyApi.asRoot("GET", `/api/admin/modules/${module}`)).body;
  return [ratingAverage, ratingCount];
};

describe("a review", () => {
  test("is shown and counted only after the platform has approved it", async () => {
    const module = await agencyApi.publish("judged");
    const { body } = await write(own, module, 4, { title: "Does it", content: "First line.\nSecond." });
    assert.deepEqual([body.status, body.rating, body.content], ["pending", 4, "First line.\nSecond."]);
    assert.deepEqual((await as(other, "GET", `${module}/reviews`)).body.items, []);
    assert.deepEqual(await ratingOf(module), [0, 0]);
    assert.equal((await as(own, "GET", `${module}/review`)).body.id, body.id, "its author sees it");
    assert.equal((await decide(body.id, "published")).body.status, "published");
    const [seen] = (await as(other, "GET", `${module}/reviews`)).body.items;
    assert.deepEqual([seen.id, seen.title, seen.rating], [body.id, "Does it", 4]);
    assert.doesNotMatch(JSON.stringify(seen), new RegExp(own.ids.agencyId as string), "the author is not shown");
    assert.deepEqual(await ratingOf(module), [4, 1]);
    const listed = (await agencyApi.asOwner("GET", `/api/agencies/${own.ids.agencyId}/modules?text=judged`)).body.items[0];
    assert.deepEqual([listed.ratingAverage, listed.ratingCount], [4, 1]);
  });

  test("exists once for each agency and module; a changed one waits for approval again, and the average is updated", async () => {
    const module = await agencyApi.publish("average");
    const mine = (await write(own, module, 5)).body.id;
    const theirs = (await write(other, module, 2)).body.id;
    for (const id of [mine, theirs]) await decide(id, "published");
    assert.deepEqual(await ratingOf(module), [3.5, 2]);
    const again = (await write(own, module, 1, { title: "Worse" })).body;
    assert.deepEqual([again.id, again.status], [mine, "pending"]);
    assert.deepEqual(await ratingOf(module), [2, 1]);
    await decide(mine, "published");
    assert.deepEqual(await ratingOf(module), [1.5, 2]);
    assert.equal((await decide(mine, "published")).body.code, "conflict");
    await decide(theirs, "hidden", { reason: "not about the module" });
    assert.deepEqual(await ratingOf(module), [1, 1]);
    assert.deepEqual(
      (await as(own, "GET", `${module}/reviews`)).body.items.map(({ id }: { id: string }) => id),
      [mine],
    );
  });

  test("can be deleted by its own agency only", async () => {
    const module = await agencyApi.publish("taken-back");
    await decide((await write(own, module, 3)).body.id, "published");
    assert.equal((await as(other, "DELETE", `${module}/review`)).status, 404);
    assert.deepEqual(await ratingOf(module), [3, 1]);
    assert.equal((await as(own, "DELETE", `${module}/review`)).status, 200);
    assert.deepEqual(await ratingOf(module), [0, 0]);
    assert.equal((await as(own, "GET", `${module}/review`)).status, 404);
  });

  test("written twice at the same time exists once", async () => {
    const module = await agencyApi.publish("at-once");
    const answers = await Promise.all([1, 2, 3, 4, 5].map((rating) => write(own, module, rating)));
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set([200]));
    assert.equal(new Set(answers.map(({ body }) => body.id)).size, 1);
  });

  test("has 1 to 5 whole stars, for a module in the catalogue", async () => {
    const module = await agencyApi.publish("stars");
    for (const rating of [1, 5]) assert.equal((await write(own, module, rating)).status, 200);
    for (const rating of [0, 6, 4.5]) assert.equal((await write(own, module, rating)).body.faults[0].path, "/rating");
    const draft = (await agencyApi.asRoot("POST", "/api/admin/modules", { name: "Draft", slug: "a-draft", category: "forms", installLevel: "site" })).body.id;
    for (const id of [draft, randomUUID()]) {
      assert.equal((await write(own, id, 5)).status, 404);
      assert.equal((await as(own, "GET", `${id}/reviews`)).status, 404);
    }
  });

  test("is listed to the platform by state and module", async () => {
    const module = await agencyApi.publish("listed");
    const { id } = (await write(own, module, 3)).body;
    const list = async (query: string) => (await agencyApi.asRoot("GET", `/api/admin/reviews?${query}`)).body.items.map((one: { id: string }) => one.id);
    assert.deepEqual(await list(`moduleId=${module}&status=pending`), [id]);
    assert.deepEqual(await list(`moduleId=${module}&status=published`), []);
    await decide(id, "published");
    assert.deepEqual(await list(`moduleId=${module}&status=published`), [id]);
    const [entry] = (await agencyApi.asOwner("GET", `/api/agencies/${own.ids.agencyId}/audit?limit=1`)).body.items;
    assert.deepEqual([entry.action, entry.before, entry.after], ["platform-review.set-status", { status: "pending" }, { status: "published" }]);
  });
});

describe("a review is verified", () => {
  const isVerified = async (module: string) => (await write(own, module, 5)).body.isVerifiedPurchase as boolean;

  test("when the agency has the module, or had it", async () => {
    const module = await agencyApi.publish("had");
    assert.equal(await isVerified(module), false);
    const { id } = (await agencyApi.subscribe(module)).body;
    assert.equal(await isVerified(module), true);
    assert.equal((await agencyApi.asOwner("DELETE", `/api/agencies/${own.ids.agencyId}/subscriptions/${id}`)).body.status, "expired");
    assert.equal(await isVerified(module), true);
    assert.equal((await write(other, module, 5)).body.isVerifiedPurchase, false, "of an agency that never had it");
  });

  test("not by a subscription that was never paid for", async () => {
    const module = await agencyApi.publish("unpaid");
    await agencyApi.price(module, {});
    const { id, status } = (await agencyApi.subscribe(module)).body;
    assert.equal(status, "pending");
    assert.equal(await isVerified(module), false);
    await agencyApi.asOwner("DELETE", `/api/agencies/${own.ids.agencyId}/subscriptions/${id}`);
    assert.equal(await isVerified(module), false);
    await agencyApi.comp((await agencyApi.subscribe(module)).body.id);
    assert.equal(await isVerified(module), true);
  });
});
