import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startPlatform, type TestPlatform } from "../../src/index.ts";
import { type Agency, call, makeAgency } from "../management/api.ts";
import { createAgencyApi } from "../management/agency-api.ts";
import { type Backend, createPages, startBackend } from "./backend.ts";

const HOST = "https://portal.example";
const PERMISSIONS = ["access:storage"];

let platform: TestPlatform;
let own: Agency;
let members: Backend;
let staff: Backend;
const surfaces: Record<string, string> = {};
const pages: Record<string, ReturnType<typeof createPages>> = {};
const ids: Record<string, string> = {};

before(async () => {
  platform = await startPlatform(() => []);
  own = await makeAgency(platform, "own");
  const { asOwner, publish } = createAgencyApi(platform, own);
  const { agencyId, clientId, siteId } = own.ids;
  const modules: Record<string, [path: string, more: object]> = {
    leads: [
      `/api/agencies/${agencyId}`,
      { installLevel: "agency", entryPoints: { dashboardPage: "main.js", agencyWidget: "main.js" }, hooks: ["dashboard:sidebar", "agency:home:widget"] },
    ],
    invoices: [
      `/api/clients/${clientId}`,
      {
        installLevel: "client",
        entryPoints: { portalPage: "main.js", portalWidget: "extra.js", dashboardPage: "main.js" },
        hooks: ["portal:sidebar", "portal:home:widget", "dashboard:client:tab"],
      },
    ],
    chat: [
      `/api/sites/${siteId}`,
      { installLevel: "site", entryPoints: { siteBody: "main.js", portalPage: "extra.js" }, hooks: ["site:body:end", "portal:sidebar"] },
    ],
    forms: [`/api/sites/${siteId}`, { installLevel: "site", entryPoints: { siteBody: "main.js" }, hooks: ["site:page:after"] }],
  };
  for (const [slug, [path, more]] of Object.entries(modules)) {
    const made = await asOwner("POST", `${path}/installations`, { moduleId: await publish(slug, { permissions: PERMISSIONS, ...more }) });
    ids[slug] = made.body.id;
  }
  for (const [name, path, kind] of [
    ["portal", `/api/clients/${clientId}`],
    ["dashboard", `/api/agencies/${agencyId}`, "dashboard"],
    ["agency", `/api/agencies/${agencyId}`, "agency"],
    ["site", `/api/sites/${siteId}`],
  ] as const) {
    surfaces[name] = (await asOwner("POST", `${path}/surfaces`, { name, origins: [HOST], ...(kind && { kind }) })).body.key;
    pages[name] = createPages(platform, surfaces[name] as string, HOST);
  }
  members = await startBackend(platform, own, { role: "client_member", clientId: clientId as string });
  staff = await startBackend(platform, own, { role: "agency_member" });
});
after(() => platform?.close());

const at = (surface: string) => pages[surface] as ReturnType<typeof createPages>;
const planOf = async (surface: string, assertion: string) => {
  const { status, body } = (await at(surface).plan(assertion)) as {
    status: number;
    body: { modules: { slug: string; hook: string; frame: string; presentation: { kind: string } }[] };
  };
  assert.equal(status, 200, JSON.stringify(body));
  return body.modules;
};
const shown = (modules: readonly { slug: string; hook: string }[]) => modules.map(({ slug, hook }) => `${slug} ${hook}`).sort();

describe("a member's plan", () => {
  test("of a portal shows the modules of the client and of its sites, each on the portal's hooks", async () => {
    assert.deepEqual(shown(await planOf("portal", await members.sign())), ["chat portal:sidebar", "invoices portal:home:widget", "invoices portal:sidebar"]);
    assert.deepEqual(await planOf("portal", await staff.sign({ client: own.ids.clientId })), await planOf("portal", await members.sign()));
  });

  test("of a dashboard shows the agency's own, and a client's on that client's page", async () => {
    assert.deepEqual(shown(await planOf("dashboard", await staff.sign())), ["leads dashboard:sidebar"]);
    assert.deepEqual(shown(await planOf("dashboard", await staff.sign({ client: own.ids.clientId }))), [
      "invoices dashboard:client:tab",
      "leads dashboard:sidebar",
    ]);
    assert.deepEqual(shown(await planOf("agency", await staff.sign())), ["leads agency:home:widget"]);
  });

  test("is empty for others: the public plan names no module of a portal or dashboard", async () => {
    for (const surface of ["portal", "dashboard", "agency"]) {
      const { body } = await call(platform, { method: "GET", path: `/api/surfaces/${surfaces[surface]}/plan` });
      assert.deepEqual([body.surface.status, body.modules], ["active", []]);
    }
    assert.deepEqual(shown((await call(platform, { method: "GET", path: `/api/surfaces/${surfaces.site}/plan` })).body.modules), [
      "chat site:body:end",
      "forms site:page:after",
    ]);
  });

  test("is refused to a client's member on the agency's own pages", async () => {
    for (const surface of ["dashboard", "agency"]) assert.equal((await at(surface).plan(await members.sign()))?.status, 403);
  });

  test("is answered only to the surface's own pages, which can also read a refusal", async () => {
    const foreign = await at("portal").plan(await members.sign(), "https://evil.example");
    assert.deepEqual([foreign?.status, foreign?.body.code, foreign?.headers["access-control-allow-origin"]], [403, "origin_not_allowed", undefined]);
    const refused = await at("portal").plan("nonsense");
    assert.deepEqual([refused?.status, refused?.headers["access-control-allow-origin"]], [401, HOST]);
    const answered = await at("portal").plan(await members.sign());
    assert.deepEqual(
      ["access-control-allow-origin", "cache-control", "vary"].map((name) => answered?.headers[name]),
      [HOST, "no-store", "Origin"],
    );
  });

  test("has one frame document for each entry point, and their shells get sessions", async () => {
    const modules = await planOf("portal", await members.sign());
    const frames = new Set(modules.filter(({ slug }) => slug === "invoices").map(({ frame }) => frame));
    assert.equal(frames.size, 2);
    for (const { frame } of modules) {
      const { host, pathname } = new URL(frame);
      const { dialPort } = await import("../../src/index.ts");
      const document = await dialPort(platform.port, pathname, { host });
      assert.equal(document.status, 200);
      assert.match(String(document.headers["content-security-policy"]), /frame-ancestors https:\/\/portal\.example/);
    }
    assert.equal((await at("portal").session(ids.chat as string, { assertion: await members.sign() }))?.status, 200);
    assert.equal((await at("dashboard").session(ids.invoices as string, { assertion: await staff.sign({ client: own.ids.clientId }) }))?.status, 200);
  });

  test("gives no session for modules of another client's page", async () => {
    const answer = await at("dashboard").session(ids.invoices as string, { assertion: await staff.sign() });
    assert.equal(answer?.status, 410);
    assert.equal((await at("portal").session(ids.forms as string, { assertion: await members.sign() }))?.status, 410);
  });

  test("has its own presentation: in the page, unless the manifest says otherwise", async () => {
    assert.deepEqual([...new Set((await planOf("portal", await members.sign())).map(({ presentation }) => presentation.kind))], ["inline"]);
  });

  test("shows a disabled module no more within two seconds", async () => {
    const { asOwner } = createAgencyApi(platform, own);
    const path = `/api/clients/${own.ids.clientId}/installations/${ids.invoices}`;
    const names = async () => shown(await planOf("portal", await members.sign()));
    await asOwner("PATCH", path, { enabled: false });
    const end = Date.now() + 2_000;
    while ((await names()).length > 1) assert.ok(Date.now() < end);
    await asOwner("PATCH", path, { enabled: true });
    while ((await names()).length < 3) assert.ok(Date.now() < end + 2_000);
  });

  test("cannot be opened on another surface with an assertion for this one, but with one for that surface", async () => {
    const about = { client: own.ids.clientId };
    const assertion = await staff.sign(about);
    assert.equal((await at("portal").session(ids.chat as string, { assertion })).status, 200);
    assert.equal((await at("dashboard").session(ids.leads as string, { assertion })).body.code, "assertion_used");
    assert.equal((await at("dashboard").session(ids.leads as string, { assertion: await staff.sign(about) })).status, 200);
  });

  test("is refused where the page is about one client and the surface is another's", async () => {
    const { id } = (
      await call(platform, { key: own.keys.agency_owner, method: "POST", path: `/api/agencies/${own.ids.agencyId}/clients`, body: { name: "Mill" } })
    ).body;
    const refused = await at("portal").session(ids.invoices as string, { assertion: await staff.sign({ client: id }) });
    assert.deepEqual([refused.status, refused.body.code], [403, "surface_not_allowed"]);
    assert.equal((await at("portal").session(ids.invoices as string, { assertion: await staff.sign({ client: own.ids.clientId }) })).status, 200);
  });
});
