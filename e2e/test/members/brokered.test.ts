import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startPlatform, type TestPlatform } from "../../src/index.ts";
import { type Agency, call, makeAgency } from "../management/api.ts";
import { createAgencyApi } from "../management/agency-api.ts";
import { type Backend, createPages, startBackend } from "./backend.ts";

const HOST = "https://portal.example";
const PERMISSIONS = ["read:site", "write:site", "read:client", "write:client", "read:agency", "write:agency", "access:billing", "write:settings"];

let platform: TestPlatform;
let own: Agency;
let members: Backend;
let staff: Backend;
let portal: ReturnType<typeof createPages>;
let dashboard: ReturnType<typeof createPages>;
let invoices = "";
let leads = "";
let agencyApi: ReturnType<typeof createAgencyApi>;

before(async () => {
  platform = await startPlatform(() => []);
  own = await makeAgency(platform, "own");
  agencyApi = createAgencyApi(platform, own);
  const { agencyId, clientId } = own.ids;
  const settings = {
    settingsSchema: {
      type: "object",
      properties: { prefix: { type: "string", maxLength: 8 }, secret: { type: "string", writeOnly: true } },
      additionalProperties: false,
    },
    defaultSettings: { prefix: "INV" },
    publicSettings: ["/prefix"],
  };
  const publish = (slug: string, more: object) => agencyApi.publish(slug, { permissions: PERMISSIONS, ...settings, ...more });
  const paid = await publish("invoices", { installLevel: "client", entryPoints: { portalPage: "main.js" }, hooks: ["portal:sidebar"] });
  await agencyApi.price(paid, {});
  const { id: subscription } = (await agencyApi.subscribe(paid)).body;
  await agencyApi.comp(subscription);
  invoices = (await agencyApi.asOwner("POST", `/api/clients/${clientId}/installations`, { moduleId: paid })).body.id;
  const free = await publish("leads", { installLevel: "agency", entryPoints: { dashboardPage: "main.js" }, hooks: ["dashboard:sidebar"] });
  leads = (await agencyApi.asOwner("POST", `/api/agencies/${agencyId}/installations`, { moduleId: free })).body.id;
  const surface = async (path: string, more: object) =>
    createPages(platform, (await agencyApi.asOwner("POST", `${path}/surfaces`, { name: "s", origins: [HOST], ...more })).body.key, HOST);
  portal = await surface(`/api/clients/${clientId}`, {});
  dashboard = await surface(`/api/agencies/${agencyId}`, { kind: "dashboard" });
  members = await startBackend(platform, own, { role: "client_member", clientId: clientId as string });
  staff = await startBackend(platform, own, { role: "agency_member" });
});
after(() => platform?.close());

/** Has a module send a request for a member. */
async function ask(
  pages: typeof portal,
  installation: string,
  assertion: Promise<string>,
  { method, endpoint, data }: { method: string; endpoint: string; data?: unknown },
) {
  const { status, body } = await pages.session(installation, { assertion: await assertion });
  assert.equal(status, 200, JSON.stringify(body));
  const answer = await pages.call(installation, body.token, { method, endpoint, data });
  return { status: answer.status, code: answer.body?.code, data: answer.body?.data, detail: answer.body?.detail };
}
const asMember = (method: string, endpoint: string, data?: unknown) => ask(portal, invoices, members.sign(), { method, endpoint, data });
const asStaff = (method: string, endpoint: string, data?: unknown) =>
  ask(dashboard, leads, staff.sign({ client: own.ids.clientId }), { method, endpoint, data });
const lastAudit = async () =>
  (await call(platform, { key: own.keys.agency_owner, method: "GET", path: `/api/agencies/${own.ids.agencyId}/audit?limit=1` })).body.items[0];

describe("a module that a member uses", () => {
  test("reads and changes its own client, and the log names the member", async () => {
    assert.equal((await asMember("GET", "/client")).data.id, own.ids.clientId);
    assert.equal((await asMember("PATCH", "/client", { name: "Harbour & Sons" })).data.name, "Harbour & Sons");
    const { action, actorKind, actorId, actorSubject, actorRole, before, after } = await lastAudit();
    assert.deepEqual([action, actorKind, actorId, actorSubject, actorRole], ["module.change-client", "member", members.kid, "ada", "client_member"]);
    assert.deepEqual([before, after], [{ name: "Harbour" }, { name: "Harbour & Sons" }]);
  });

  test("cannot change status, domain or owner with any permission", async () => {
    for (const data of [{ status: "closed" }, { agencyId: own.ids.agencyId }, { id: "x" }, {}, { name: 7 }]) {
      assert.deepEqual([(await asMember("PATCH", "/client", data)).code], ["validation_failed"], JSON.stringify(data));
    }
  });

  test("reads and changes the agency only for the agency's own members", async () => {
    assert.equal((await asMember("GET", "/agency")).code, "permission_denied");
    assert.equal((await asStaff("GET", "/agency")).data.id, own.ids.agencyId);
    assert.equal((await asStaff("PATCH", "/agency", { name: "Northlight" })).data.name, "Northlight");
  });

  test("of an agency reads the client of its page, and none on a page without a client", async () => {
    assert.equal((await asStaff("GET", "/client")).data.id, own.ids.clientId);
    const { status, detail } = await ask(dashboard, leads, staff.sign(), { method: "GET", endpoint: "/client" });
    assert.equal(status, 404);
    assert.match(detail, /about one client/);
  });

  test("reads the site that the page is about", async () => {
    const about = { client: own.ids.clientId, site: own.ids.siteId };
    assert.equal((await ask(portal, invoices, members.sign(about), { method: "GET", endpoint: "/site" })).data.id, own.ids.siteId);
    const { data } = await ask(portal, invoices, members.sign(about), { method: "PATCH", endpoint: "/site", data: { timeZone: "Europe/Vienna" } });
    assert.equal(data.timeZone, "Europe/Vienna");
    assert.equal((await asMember("GET", "/site")).status, 404);
  });

  test("reads its retail price, and not the wholesale price", async () => {
    const { data } = await asMember("GET", "/billing");
    assert.deepEqual([data.price, data.currency, data.billingCycle, data.status], [2_000, "USD", "monthly", "active"]);
    assert.doesNotMatch(JSON.stringify(data), /wholesale|profit|1000/);
  });

  test("changes its own settings by their schema, and reads only public ones", async () => {
    assert.deepEqual((await asMember("PATCH", "/settings", { prefix: "R", secret: "hidden" })).data, { prefix: "R" });
    assert.equal((await asMember("PATCH", "/settings", { prefix: "much too long" })).code, "validation_failed");
    assert.equal((await asMember("PATCH", "/settings", { prefix: null })).data.prefix, "INV");
    assert.doesNotMatch(
      JSON.stringify(await call(platform, { key: own.keys.agency_owner, method: "GET", path: `/api/agencies/${own.ids.agencyId}/audit` })),
      /hidden/,
    );
  });

  test("loses a revoked permission at its next call", async () => {
    const { body } = await portal.session(invoices, { assertion: await members.sign() });
    assert.equal((await portal.call(invoices, body.token, { method: "GET", endpoint: "/client" })).status, 200);
    await agencyApi.asOwner("PUT", `/api/clients/${own.ids.clientId}/installations/${invoices}/grants`, { permissions: ["read:site"] });
    const end = Date.now() + 2_000;
    while ((await portal.call(invoices, body.token, { method: "GET", endpoint: "/client" })).status === 200) assert.ok(Date.now() < end);
    const renewed = await portal.session(invoices, { previous: body.token });
    assert.deepEqual(renewed.body.permissions, ["read:site"]);
    await agencyApi.asOwner("PUT", `/api/clients/${own.ids.clientId}/installations/${invoices}/grants`, { permissions: PERMISSIONS });
  });
});
