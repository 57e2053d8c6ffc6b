import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { startBulkInstalls } from "@dramac/edge-api/bulk-installs";
import { onServer } from "@dramac/edge-api/test-database";
import { startPlatform, type TestPlatform } from "../../src/index.ts";
import { type Agency, call, makeAgency } from "./api.ts";
import { createBulkJobs } from "./bulk-jobs.ts";
import { publishLevels, moduleOf } from "./installed.ts";
import { createAgencyApi } from "./agency-api.ts";

const SECRET = "canary-of-a-bulk-install";

let platform: TestPlatform;
let own: Agency;
let foreign: Agency;
let agencyApi: ReturnType<typeof createAgencyApi>;
let greeter: string;
let path: ReturnType<typeof createBulkJobs>["path"];
let ended: ReturnType<typeof createBulkJobs>["ended"];
let stage: ReturnType<typeof createBulkJobs>["stage"];
let release: ReturnType<typeof createBulkJobs>["release"];
before(async () => {
  platform = await startPlatform(() => [], { fixtures: ["probe"] });
  await publishLevels(platform);
  [own, foreign] = [await makeAgency(platform, "own"), await makeAgency(platform, "foreign")];
  agencyApi = createAgencyApi(platform, own);
  ({ path, ended, stage, release } = createBulkJobs(platform, own, () => greeter));
  greeter = await agencyApi.publish("greeter", {
    settingsSchema: {
      type: "object",
      properties: { greeting: { type: "string", maxLength: 20 }, secret: { type: "string", writeOnly: true } },
      additionalProperties: false,
    },
  });
});
after(() => platform?.close());

const begin = (body: object) => agencyApi.asOwner("POST", path(), body);
const sites = (count: number) => Promise.all(Array.from({ length: count }, agencyApi.newSite));
const installedOn = async (site: string) => (await agencyApi.asOwner("GET", `/api/sites/${site}/installations`)).body.items;

describe("one module on many sites", () => {
  test("is accepted at once and installed in the background, with settings and grants, audited site by site", async () => {
    const chosen = await sites(12);
    const { status, body } = await begin({
      moduleId: greeter,
      siteIds: [...chosen, ...chosen],
      settings: { greeting: "Moin", secret: SECRET },
      permissions: ["read:site"],
    });
    assert.deepEqual([status, body.status, body.total], [202, "running", 12]);
    const { total, done, installed, failed, finishedAt } = await ended(body.id);
    assert.deepEqual({ total, done, installed, failed }, { total: 12, done: 12, installed: 12, failed: 0 });
    assert.ok(Date.parse(finishedAt) > 0);
    for (const site of chosen) {
      const [one] = await installedOn(site);
      assert.deepEqual([one.settings, one.grantedPermissions, one.enabled], [{ greeting: "Moin" }, ["read:site"], true]);
    }
    const entries = await agencyApi.rows(`select actor_kind, actor_role, subject_id, ip, request_id, after::text as after from audit_log
      where action = 'site.installation.install' and reason = 'bulk install ${body.id}'`);
    assert.equal(new Set(entries.map(({ subject_id: id }) => id)).size, 12);
    assert.deepEqual([entries[0]?.actor_kind, entries[0]?.actor_role], ["api_key", "agency_owner"]);
    assert.ok(entries[0]?.ip && entries[0]?.request_id);
    const [traces] = await agencyApi.rows(`select (select count(*)::int from audit_log where before::text || after::text like '%${SECRET}%') as audited,
      (select settings::text from bulk_installs where id = '${body.id}') as settings`);
    assert.deepEqual({ ...traces }, { audited: 0, settings: "{}" });
  });

  test("reports for each refused site the same reason as a single install, and installs on the others", async () => {
    const [good = "", taken = "", closed = ""] = await sites(3);
    const strange = foreign.ids.siteId ?? "";
    const missing = crypto.randomUUID();
    await agencyApi.install(taken, greeter);
    await agencyApi.rows(`update sites set status = 'closed' where id = '${closed}'`);
    const { body } = await begin({ moduleId: greeter, siteIds: [good, taken, closed, strange, missing] });
    const job = await ended(body.id);
    assert.deepEqual([job.total, job.done, job.installed, job.failed], [5, 5, 1, 4]);
    const told = new Map<string, { status: string; code: string; detail: string; installationId: string }>(
      job.sites.items.map((one: { siteId: string }) => [one.siteId, one]),
    );
    assert.equal(told.get(good)?.installationId, (await installedOn(good))[0].id);
    assert.deepEqual(
      [taken, closed].map((site) => told.get(site)?.code),
      ["already_installed", "suspended"],
    );
    for (const site of [taken, closed]) assert.equal(told.get(site)?.detail, (await agencyApi.install(site, greeter)).body.detail);
    assert.deepEqual({ ...told.get(strange), siteId: "", ["settledAt"]: "" }, { ...told.get(missing), siteId: "", ["settledAt"]: "" });
    assert.equal(told.get(strange)?.code, "not_found");
    assert.deepEqual(
      (await call(platform, { key: foreign.keys.agency_owner, method: "GET", path: `/api/sites/${strange}/installations` })).body.items.map(
        (one: { moduleId: string }) => one.moduleId,
      ),
      [foreign.ids.moduleId],
    );
  });

  test("obeys the subscription's limit with any number of nodes", async () => {
    const module = await agencyApi.publish("limited");
    await agencyApi.price(module, {});
    const subscription = (await agencyApi.subscribe(module)).body.id;
    await agencyApi.comp(subscription, { maxInstallations: 3 });
    const { body } = await begin({ moduleId: module, siteIds: await sites(6) });
    const job = await ended(body.id);
    assert.deepEqual([job.installed, job.failed], [3, 3]);
    assert.ok(job.sites.items.every(({ code }: { code: string | null }) => code === null || code === "installation_limit_reached"));
    const [row] = await agencyApi.rows(`select current_installations from agency_module_subscriptions where id = '${subscription}'`);
    assert.equal(row?.current_installations, 3);
  });

  test("takes the sites of a client, or all sites of the agency", async () => {
    const client = (await agencyApi.asOwner("POST", `/api/agencies/${own.ids.agencyId}/clients`, { name: "Lighthouse" })).body.id;
    const theirs = [];
    for (const name of ["one", "two"]) theirs.push((await agencyApi.asOwner("POST", `/api/clients/${client}/sites`, { name })).body.id);
    const module = await agencyApi.publish("everywhere");
    assert.equal((await ended((await begin({ moduleId: module, clientId: client })).body.id)).installed, 2);
    const [{ count } = { count: 0 }] = await agencyApi.rows("select count(*)::int as count from sites where status <> 'closed'");
    const all = await ended((await begin({ moduleId: module, all: true })).body.id);
    assert.equal(all.installed, (count as number) - 2);
    const nobody = (await agencyApi.asOwner("POST", `/api/agencies/${own.ids.agencyId}/clients`, { name: "Empty" })).body.id;
    const empty = await ended((await begin({ moduleId: module, clientId: nobody })).body.id);
    assert.deepEqual([empty.status, empty.total], ["done", 0]);
  });

  test("lists its sites page by page, and by result", async () => {
    const chosen = await sites(5);
    const { id } = (await begin({ moduleId: await moduleOf(platform, "site"), siteIds: [...chosen, crypto.randomUUID()] })).body;
    await ended(id);
    const seen: string[] = [];
    for (let query = "?limit=2"; query; ) {
      const { sites: page } = (await agencyApi.asOwner("GET", path(`/${id}${query}`))).body;
      seen.push(...page.items.map(({ siteId }: { siteId: string }) => siteId));
      query = page.next ? `?limit=2&cursor=${page.next}` : "";
    }
    assert.equal(new Set(seen).size, 6);
    assert.equal((await ended(id, "?status=refused")).sites.items.length, 1);
    const { items } = (await agencyApi.asOwner("GET", path("?limit=1"))).body;
    assert.deepEqual([items.length, items[0].id, items[0].done], [1, id, 6]);
  });
});

describe("an invalid job is refused before it begins", () => {
  for (const [what, body, code] of [
    ["no sites at all", {}, "validation_failed"],
    ["sites named twice over", { siteIds: [crypto.randomUUID()], all: true }, "validation_failed"],
    ["more than a thousand sites", { siteIds: Array.from({ length: 1_001 }, () => crypto.randomUUID()) }, "validation_failed"],
    ["an empty list", { siteIds: [] }, "validation_failed"],
    ["a client that is not there", { clientId: crypto.randomUUID() }, "not_found"],
  ] as const) {
    test(what, async () => {
      const answer = await begin({ moduleId: greeter, ...body });
      assert.equal(answer.body.code, code, JSON.stringify(answer.body));
    });
  }

  test("a foreign client, exactly like a missing one", async () => {
    const answers = [];
    for (const clientId of [foreign.ids.clientId, crypto.randomUUID()]) answers.push((await begin({ moduleId: greeter, clientId })).body);
    assert.deepEqual({ ...answers[0], requestId: "" }, { ...answers[1], requestId: "" });
  });

  test("a module of another level, or none", async () => {
    const siteIds = await sites(1);
    assert.equal((await begin({ moduleId: await moduleOf(platform, "client"), siteIds })).body.code, "wrong_install_level");
    assert.equal((await begin({ moduleId: crypto.randomUUID(), siteIds })).body.code, "not_found");
    assert.equal((await begin({ moduleId: greeter, siteIds })).status, 202);
  });
});

describe("a job", () => {
  test("that is cancelled begins no more sites, and keeps its installations", async () => {
    const chosen = await sites(60);
    const { id } = (await begin({ moduleId: greeter, siteIds: chosen })).body;
    const { status, body } = await agencyApi.asOwner("POST", path(`/${id}/cancel`));
    assert.deepEqual([status, body.status, body.done], [200, "cancelled", 60]);
    assert.ok(body.installed < 60);
    await sleep(1_500);
    const after = (await agencyApi.asOwner("GET", path(`/${id}`))).body;
    assert.equal(after.installed, body.installed);
    const [row] = await agencyApi.rows(`select count(*)::int as count from site_module_installations where site_id = any('{${chosen.join()}}')`);
    assert.equal(row?.count, body.installed);
    assert.equal((await agencyApi.asOwner("POST", path(`/${id}/cancel`))).body.status, "cancelled");
  });

  test("of an agency that is suspended meanwhile installs nothing, and of an active one everything", async () => {
    for (const [status, told] of [
      ["suspended", "suspended"],
      ["active", null],
    ] as const) {
      const id = await stage(await sites(2));
      await setAgency(status);
      await release(id);
      const job = await ended(id);
      await setAgency("active");
      assert.deepEqual(
        job.sites.items.map(({ code }: { code: string | null }) => code),
        [told, told],
      );
    }
  });

  test("of a node that dies is continued by another node, and no site is processed twice", async () => {
    const [held = "", ...others] = await sites(4);
    const id = await stage([held, ...others]);
    const aborted = platform.database.withTenant(own.ids.agencyId ?? "", async (tx) => {
      await tx`select from bulk_install_sites where bulk_id = ${id} and site_id = ${held} for update`;
      await release(id);
      for (let turn = 0; turn < 100; turn++) {
        const { done, status } = (await agencyApi.asOwner("GET", path(`/${id}`))).body;
        if (done === 3) assert.equal(status, "running");
        if (done === 3) throw new Error("the node dies");
        await sleep(50);
      }
    });
    await assert.rejects(aborted, /the node dies/);
    const second = startBulkInstalls(platform.database, { everyMs: 20 });
    const job = await ended(id);
    await second.stop();
    assert.deepEqual([job.status, job.installed], ["done", 4]);
    const [row] = await agencyApi.rows(
      `select count(*)::int as count from audit_log where action = 'site.installation.install' and reason = 'bulk install ${id}'`,
    );
    assert.equal(row?.count, 4);
  });

  test("is shared by nodes, and no site is processed twice", async () => {
    const nodes = [1, 2].map(() => startBulkInstalls(platform.database, { everyMs: 20 }));
    const { id } = (await begin({ moduleId: greeter, siteIds: await sites(40) })).body;
    const job = await ended(id);
    await Promise.all(nodes.map((node) => node.stop()));
    assert.deepEqual([job.installed, job.failed], [40, 0]);
  });

  test("gives up a site after repeated internal errors, and continues with the others", async () => {
    const [bad = "", good = ""] = await sites(2);
    const id = await stage([bad, good]);
    // A fault that is no refusal: the database itself fails for one of the sites.
    await onServer(platform.server.databaseUrl, (sql) =>
      sql.unsafe(`
      create function fail_there() returns trigger language plpgsql as $$ begin raise exception 'a fault of ours'; end $$;
      create trigger fail_there before insert on site_module_installations for each row when (new.site_id = '${bad}') execute function fail_there()`),
    );
    await release(id);
    const job = await ended(id);
    assert.deepEqual(
      new Map(job.sites.items.map((one: { siteId: string; code: string | null }) => [one.siteId, one.code])),
      new Map<string, string | null>([
        [bad, "internal"],
        [good, null],
      ]),
    );
    assert.doesNotMatch(JSON.stringify(job), /a fault of ours/);
  });
});

const setAgency = (status: string) =>
  platform.database.withPlatform("test", (tx) => tx`update agencies set status = ${status} where id = ${own.ids.agencyId ?? ""}`);
