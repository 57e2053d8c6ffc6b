import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { dialPort, startPlatform, type TestPlatform } from "../../src/index.ts";
import { type Agency, call, makeAgency } from "../management/api.ts";
import { createAgencyApi } from "../management/agency-api.ts";
import { createPages, startBackend } from "./backend.ts";

const HOST = "https://shop.example";

let platform: TestPlatform;
let own: Agency;
let agencyApi: ReturnType<typeof createAgencyApi>;
let moduleId = "";
const surfaces: Record<string, { id: string; key: string; path: string }> = {};

before(async () => {
  platform = await startPlatform(() => []);
  own = await makeAgency(platform, "own");
  agencyApi = createAgencyApi(platform, own);
  moduleId = await agencyApi.publish("status-bar", {
    installLevel: "platform",
    entryPoints: { siteBody: "main.js", portalWidget: "extra.js" },
    hooks: ["site:body:end", "portal:header"],
    permissions: ["read:site", "access:storage", "write:settings"],
  });
  for (const [name, path] of [
    ["one", `/api/sites/${own.ids.siteId}`],
    ["two", `/api/sites/${own.ids.siteId}`],
    ["portal", `/api/clients/${own.ids.clientId}`],
  ] as const) {
    const { id, key } = (await agencyApi.asOwner("POST", `${path}/surfaces`, { name, origins: [HOST] })).body;
    surfaces[name] = { id, key, path: `${path}/surfaces/${id}` };
  }
});
after(() => platform?.close());

const keyOf = (name: string) => surfaces[name]?.key ?? "";
const modulesOn = async (name: string): Promise<{ slug: string; installation: string; frame: string; level: string }[]> =>
  (await call(platform, { method: "GET", path: `/api/surfaces/${keyOf(name)}/plan` })).body.modules;

describe("a platform-level module", () => {
  test("runs on every surface without an installation row, with an installation id for each", async () => {
    const [one] = await modulesOn("one");
    const [two] = await modulesOn("two");
    assert.deepEqual([one?.slug, one?.level], ["status-bar", "platform"]);
    assert.notEqual(one?.installation, two?.installation);
    assert.deepEqual((await modulesOn("one"))[0]?.installation, one?.installation);
    assert.equal((await agencyApi.rows("select id from installations")).length, 0);
    const { host, pathname } = new URL(one?.frame ?? "");
    assert.equal((await dialPort(platform.port, pathname, { host })).status, 200);
  });

  test("opens sessions on its surface and no other, stores for it alone, and reads its site", async () => {
    const [one] = await modulesOn("one");
    const pages = createPages(platform, keyOf("one"), HOST);
    const id = one?.installation ?? "";
    const { token } = (await pages.session(id, { visitor: null })).body;
    assert.equal((await pages.call(id, token, { method: "POST", endpoint: "/storage/notes", data: { data: { text: "here" } } })).status, 200);
    assert.equal((await pages.call(id, token, { method: "GET", endpoint: "/site" })).body.data.id, own.ids.siteId);
    const elsewhere = createPages(platform, keyOf("two"), HOST);
    assert.equal((await elsewhere.session(id, { visitor: null })).status, 410);
    const [two] = await modulesOn("two");
    const other = two?.installation ?? "";
    const opened = (await elsewhere.session(other, { visitor: null })).body.token;
    assert.deepEqual((await elsewhere.call(other, opened, { method: "GET", endpoint: "/storage/notes" })).body.data.items, []);
  });

  test("runs for members of a portal, with the platform's settings", async () => {
    const backend = await startBackend(platform, own, { role: "client_member", clientId: own.ids.clientId as string });
    const pages = createPages(platform, keyOf("portal"), HOST);
    const [module] = (await pages.plan(await backend.sign())).body.modules;
    assert.equal(module.hook, "portal:header");
    const { token } = (await pages.session(module.installation, { assertion: await backend.sign() })).body;
    assert.equal((await pages.call(module.installation, token, { method: "PATCH", endpoint: "/settings", data: {} })).body.code, "wrong_install_level");
  });

  test("is excluded from and included on a surface within two seconds; its session ends", async () => {
    const pages = createPages(platform, keyOf("one"), HOST);
    const id = (await modulesOn("one"))[0]?.installation ?? "";
    const { token } = (await pages.session(id, { visitor: null })).body;
    const exclusion = `${surfaces.one?.path}/exclusions/${moduleId}`;
    assert.equal((await agencyApi.asOwner("PUT", exclusion)).body.items[0].slug, "status-bar");
    const end = Date.now() + 2_000;
    while ((await modulesOn("one")).length) assert.ok(Date.now() < end);
    assert.equal((await pages.call(id, token, { method: "GET", endpoint: "/site" })).status, 410);
    assert.equal((await modulesOn("two")).length, 1);
    await agencyApi.asOwner("DELETE", exclusion);
    while (!(await modulesOn("one")).length) assert.ok(Date.now() < end + 2_000);
    assert.equal((await pages.call(id, token, { method: "GET", endpoint: "/site" })).status, 200);
  });

  test("can be excluded; an installed module cannot", async () => {
    const installed = await agencyApi.publish("installed");
    assert.equal((await agencyApi.asOwner("PUT", `${surfaces.one?.path}/exclusions/${installed}`)).status, 404);
    assert.equal((await agencyApi.install(own.ids.siteId as string, moduleId)).body.code, "wrong_install_level");
  });
});
