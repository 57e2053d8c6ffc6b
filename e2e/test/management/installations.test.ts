import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startPlatform, type TestPlatform } from "../../src/index.ts";
import { type Agency, call, makeAgency } from "./api.ts";
import { moduleOf, publishLevels } from "./installed.ts";
import { createAgencyApi } from "./agency-api.ts";

let platform: TestPlatform;
let own: Agency;
let agencyApi: ReturnType<typeof createAgencyApi>;
const modules: Record<string, string> = {};

before(async () => {
  platform = await startPlatform(() => [], { fixtures: ["probe"] });
  await publishLevels(platform);
  own = await makeAgency(platform, "own");
  agencyApi = createAgencyApi(platform, own);
  await publish("greeter", {
    settingsSchema: {
      type: "object",
      properties: { greeting: { type: "string", maxLength: 20 }, secret: { type: "string", writeOnly: true } },
      additionalProperties: false,
    },
    defaultSettings: { greeting: "Hello" },
  });
  await publish("needy", { dependencies: ["greeter"], peerDependencies: [{ module: "probe", version: "^1.0.0" }] });
  await publish("picky", { peerDependencies: [{ module: "greeter", version: "^9.0.0" }] });
  await publish("paid");
  await agencyApi.price(modules.paid ?? "", { currency: "EUR" });
});
after(() => platform?.close());

async function publish(slug: string, more: object = {}): Promise<void> {
  modules[slug] = await agencyApi.publish(slug, more);
}
const newSite = () => agencyApi.newSite();
const install = (siteId: string, moduleId: string | undefined, more: object = {}) => agencyApi.install(siteId, moduleId ?? "", more);

async function grantPaid(maxInstallations: number | null): Promise<string> {
  const { body } = await agencyApi.asOwner("POST", `/api/agencies/${own.ids.agencyId}/subscriptions`, { moduleId: modules.paid });
  const id =
    body.id ??
    (await agencyApi.asOwner("GET", `/api/agencies/${own.ids.agencyId}/subscriptions`)).body.items.find(
      (one: { moduleSlug: string }) => one.moduleSlug === "paid",
    ).id;
  await agencyApi.asRoot("POST", `/api/admin/subscriptions/${id}/grant`, { reason: "test", maxInstallations });
  return id;
}

describe("each reason against an installation has a code of its own", () => {
  test("a module that does not exist or is not active", async () => {
    const site = await newSite();
    assert.equal((await install(site, crypto.randomUUID())).body.code, "not_found");
    await agencyApi.asRoot("PUT", `/api/admin/modules/${modules.picky}/status`, { status: "deprecated" });
    assert.equal((await install(site, modules.picky)).body.code, "module_not_active");
    await agencyApi.asRoot("PUT", `/api/admin/modules/${modules.picky}/status`, { status: "active" });
  });

  test("a wrong install level; the answer names the right one", async () => {
    const answer = await install(await newSite(), await moduleOf(platform, "client"));
    assert.deepEqual([answer.status, answer.body.code], [409, "wrong_install_level"]);
    assert.match(answer.body.detail, /POST \/api\/clients\/\{clientId\}\/installations/);
  });

  test("a missing or unpaid subscription", async () => {
    const site = await newSite();
    assert.deepEqual((({ status, body }) => [status, body.code])(await install(site, modules.paid)), [402, "subscription_required"]);
    await agencyApi.asOwner("POST", `/api/agencies/${own.ids.agencyId}/subscriptions`, { moduleId: modules.paid });
    assert.equal((await install(site, modules.paid)).body.code, "subscription_required");
    await grantPaid(null);
    assert.equal((await install(site, modules.paid)).status, 201);
  });

  test("a second installation of the same module", async () => {
    const site = await newSite();
    const [one, two] = await Promise.all([install(site, modules.greeter), install(site, modules.greeter)]);
    assert.deepEqual([one?.status, two?.status].sort(), [201, 409]);
    assert.equal((await install(site, modules.greeter)).body.code, "already_installed");
  });

  test("a missing dependency, or one in another version", async () => {
    const site = await newSite();
    const answer = await install(site, modules.needy);
    assert.equal(answer.body.code, "dependency_missing");
    assert.match(answer.body.detail, /greeter, probe \^1\.0\.0/);
    await install(site, modules.greeter);
    await install(site, modules.probe ?? (await moduleOf(platform, "site")));
    assert.equal((await install(site, modules.needy)).status, 201);
    assert.match((await install(site, modules.picky)).body.detail, /greeter \^9\.0\.0 \(here is 1\.0\.0\)/);
  });

  test("settings that violate their schema, and granted permissions that were not requested", async () => {
    const site = await newSite();
    const { body } = await install(site, modules.greeter, { settings: { greeting: "x".repeat(30), colour: "red" } });
    assert.deepEqual(new Set(body.faults.map(({ path }: { path: string }) => path)), new Set(["/greeting", "/colour", "/"]));
    assert.equal((await install(site, modules.greeter, { permissions: ["access:billing"] })).body.faults[0].path, "/permissions/0");
    assert.equal((await agencyApi.asOwner("GET", `/api/sites/${site}/installations`)).body.items.length, 0, "nothing is half there");
  });

  test("a limit: of 200 concurrent requests exactly the 50 that fit are installed", async () => {
    const subscription = await grantPaid(null);
    await platform.database.withTenant(own.ids.agencyId ?? "", async (tx) => {
      await tx`delete from site_module_installations where module_id = ${modules.paid ?? ""}`;
      await tx`update agency_module_subscriptions set current_installations = 0, max_installations = 50 where id = ${subscription}`;
    });
    const sites = await Promise.all(Array.from({ length: 200 }, newSite));
    const answers = await Promise.all(sites.map((site) => install(site, modules.paid)));
    assert.equal(answers.filter(({ status }) => status === 201).length, 50);
    assert.deepEqual(new Set(answers.filter(({ status }) => status !== 201).map(({ body }) => body.code)), new Set(["installation_limit_reached"]));
    const [row] = await platform.database.withTenant(
      own.ids.agencyId ?? "",
      (
        tx,
      ) => tx`select current_installations, (select count(*)::int from site_module_installations where module_id = ${modules.paid ?? ""} and uninstalled_at is null) as rows
        from agency_module_subscriptions where id = ${subscription}`,
    );
    assert.deepEqual({ ...row }, { current_installations: 50, rows: 50 });
    const { body } = answers.find(({ status }) => status === 201) ?? assert.fail();
    await agencyApi.asOwner("DELETE", `/api/sites/${body.siteId}/installations/${body.id}`);
    assert.equal((await install(await newSite(), modules.paid)).status, 201, "one that is given back can be taken");
    assert.equal((await agencyApi.asOwner("POST", `/api/sites/${body.siteId}/installations/${body.id}/restore`)).body.code, "installation_limit_reached");
  });
});

describe("an installation", () => {
  test("keeps the price at which it was sold", async () => {
    await grantPaid(null);
    const { body } = await install(await newSite(), modules.paid);
    const [row] = await platform.database.withTenant(own.ids.agencyId ?? "", (tx) => tx`select * from site_module_installations where id = ${body.id}`);
    assert.deepEqual(
      [row?.price_wholesale, row?.price_paid, row?.price_currency, row?.price_markup_type, row?.price_version, row?.billing_cycle],
      [1_000n, 2_000n, "EUR", "percentage", 2, "monthly"],
    );
  });

  test("has settings that two people cannot overwrite for each other", async () => {
    const site = await newSite();
    const { id, revision } = (await install(site, modules.greeter, { settings: { secret: "s3cret" } })).body;
    const path = `/api/sites/${site}/installations/${id}/settings`;
    const change = (body: object, ifMatch?: string) =>
      call(platform, { key: own.keys.agency_member, method: "PATCH", path, body, headers: ifMatch === undefined ? {} : { "if-match": ifMatch } });
    const first = await change({ greeting: "Hi" }, `"${revision}"`);
    assert.deepEqual(
      [first.status, first.headers.etag, first.body.settings],
      [200, `"${revision + 1}"`, { greeting: "Hi" }],
      "and what is write-only is not read",
    );
    assert.deepEqual((({ status, body }) => [status, body.code])(await change({ greeting: "Ho" }, `"${revision}"`)), [412, "precondition_failed"]);
    assert.deepEqual((await change({ greeting: null })).body.settings, {});
    const [row] = await platform.database.withTenant(own.ids.agencyId ?? "", (tx) => tx`select settings from site_module_installations where id = ${id}`);
    assert.deepEqual(row?.settings, { secret: "s3cret" });
  });

  test("21, 23: keeps the granted permissions, and lists those that a new version additionally requests", async () => {
    await publish("asker", { permissions: ["read:site"] });
    const site = await newSite();
    const made = (await install(site, modules.asker)).body;
    assert.deepEqual([made.grantedPermissions, made.missingPermissions], [["read:site"], []]);
    await publish("asker", { permissions: ["read:site", "send:email"], version: "1.1.0" });
    const path = `/api/sites/${site}/installations/${made.id}`;
    const read = async () => (await agencyApi.asOwner("GET", path)).body;
    assert.deepEqual([(await read()).version, (await read()).grantedPermissions, (await read()).missingPermissions], ["1.1.0", ["read:site"], ["send:email"]]);
    assert.deepEqual((await agencyApi.asOwner("PUT", `${path}/grants`, { permissions: ["read:site", "send:email"] })).body.missingPermissions, []);
    const epoch = async () =>
      (await platform.database.withTenant(own.ids.agencyId ?? "", (tx) => tx`select grants_epoch from site_module_installations where id = ${made.id}`))[0]
        ?.grants_epoch;
    const before = await epoch();
    await agencyApi.asOwner("PUT", `${path}/grants`, { permissions: [] });
    assert.equal(await epoch(), before + 1, "tokens with more are void");
    assert.equal((await agencyApi.asOwner("PUT", `${path}/version`, { version: "1.0.0" })).body.version, "1.0.0");
    assert.equal((await agencyApi.asOwner("PUT", `${path}/version`, { version: "7.7.7" })).body.code, "not_found");
    assert.equal((await agencyApi.asOwner("PUT", `${path}/version`, { version: null })).body.version, "1.1.0");
  });

  test("appears on and disappears from the pages of its site within two seconds", async () => {
    const site = await newSite();
    const key = `site_${site.replaceAll("-", "").slice(0, 22)}`;
    await platform.database.withTenant(
      own.ids.agencyId ?? "",
      (tx) => tx`insert into surfaces (key, kind, agency_id, client_id, site_id, origins)
      values (${key}, 'site', ${own.ids.agencyId ?? ""}, ${own.ids.clientId ?? ""}, ${site}, ${["https://shop.example"]})`,
    );
    const planned = async () =>
      (await call(platform, { method: "GET", path: `/api/surfaces/${key}/plan` })).body.modules.some(
        (one: { state: string; level: string }) => one.state === "active" && one.level === "site",
      );
    async function becomes(expected: boolean, why: string): Promise<void> {
      const end = Date.now() + 2_000;
      while ((await planned()) !== expected) assert.ok(Date.now() < end, why);
    }
    const { id } = (await install(site, modules.greeter)).body;
    const path = `/api/sites/${site}/installations/${id}`;
    await becomes(true, "installed");
    await agencyApi.asOwner("PATCH", path, { enabled: false });
    await becomes(false, "switched off");
    await agencyApi.asOwner("PATCH", path, { enabled: true });
    await becomes(true, "switched on");
    await agencyApi.asOwner("DELETE", path);
    await becomes(false, "uninstalled");
    assert.equal((await agencyApi.asOwner("GET", `/api/sites/${site}/installations?state=uninstalled`)).body.items[0].id, id);
    assert.equal((await agencyApi.asOwner("POST", `${path}/restore`)).status, 200);
    await becomes(true, "restored");
    await agencyApi.asOwner("DELETE", path);
    await platform.database.withTenant(
      own.ids.agencyId ?? "",
      (tx) => tx`update site_module_installations set uninstalled_at = now() - interval '31 days' where id = ${id}`,
    );
    assert.equal((await agencyApi.asOwner("POST", `${path}/restore`)).body.code, "gone");
  });
});
