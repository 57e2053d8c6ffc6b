import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startPlatform, type TestPlatform } from "../../src/index.ts";
import { type Agency, call, makeAgency } from "./api.ts";

let platform: TestPlatform;
let own: Agency;
before(async () => {
  platform = await startPlatform(() => []);
  own = await makeAgency(platform, "own");
});
after(() => platform?.close());

const create = (origins: readonly string[], previewOrigins: readonly string[] = []) =>
  call(platform, {
    key: own.keys.agency_member,
    method: "POST",
    path: `/api/sites/${own.ids.siteId}/surfaces`,
    body: { name: "Shop", origins, previewOrigins },
  });

describe("a surface", () => {
  test("has a public key that delivers its plan at once, and stops when it is suspended", async () => {
    const { key, id, kind, clientId } = (await create(["https://shop.example"])).body;
    assert.match(key, /^site_[0-9A-Za-z]{22}$/);
    assert.deepEqual([kind, clientId], ["site", own.ids.clientId]);
    const status = async () => (await call(platform, { method: "GET", path: `/api/surfaces/${key}/plan` })).body.surface.status;
    assert.equal(await status(), "active");
    await call(platform, { key: own.keys.agency_member, method: "PATCH", path: `/api/sites/${own.ids.siteId}/surfaces/${id}`, body: { status: "suspended" } });
    const end = Date.now() + 2_000;
    while ((await status()) === "active") assert.ok(Date.now() < end);
  });

  test("accepts origins, and wildcards below a registrable domain", async () => {
    for (const origin of [
      "https://shop.example",
      "http://localhost:3000",
      "https://*.shop.example",
      "https://shop.example:8443",
      "https://xn--bckerei-5wa.example",
    ]) {
      assert.equal((await create([origin], [origin])).status, 201, origin);
    }
  });

  for (const [wrong, why] of [
    ["*", /like https/],
    ["https://*", /like https/],
    ["https://shop.example/", /like https/],
    ["https://Shop.example", /like https/],
    ["shop.example", /like https/],
    ["https://a.*.shop.example", /like https/],
    ["file:///tmp", /like https/],
    ["null", /like https/],
    ["https://*.co.uk", /anyone can register a name/],
    ["https://*.github.io", /anyone can register a name/],
    ["https://*.com", /like https|everybody/],
  ] as const) {
    test(`refuses ${wrong}, and says why`, async () => {
      for (const answer of [await create(["https://shop.example", wrong]), await create([], [wrong])]) {
        assert.deepEqual([answer.status, answer.body.code], [422, "validation_failed"]);
        assert.match(answer.body.faults[0].path, /^\/(?:origins\/1|previewOrigins\/0)$/);
        assert.match(answer.body.faults[0].message, why);
      }
    });
  }

  test("refuses the platform's own hosts", async () => {
    for (const entry of [platform.url, `http://${"i".padEnd(27, "a")}.frames.localhost:${platform.port}`, `http://*.frames.localhost:${platform.port}`]) {
      assert.match((await create([entry])).body.faults[0].message, /this platform itself/, entry);
    }
  });

  test("of a site is not listed as a surface of its client or agency", async () => {
    const { id } = (await create(["https://shop.example"])).body;
    for (const path of [`/api/clients/${own.ids.clientId}`, `/api/agencies/${own.ids.agencyId}`]) {
      const { items } = (await call(platform, { key: own.keys.agency_owner, method: "GET", path: `${path}/surfaces` })).body;
      assert.equal(items.length, 1);
      assert.equal((await call(platform, { key: own.keys.agency_owner, method: "PATCH", path: `${path}/surfaces/${id}`, body: { name: "Mine" } })).status, 404);
    }
  });
});
