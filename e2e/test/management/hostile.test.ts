import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";
import { startPlatform, type TestPlatform } from "../../src/index.ts";
import { type Agency, call, makeAgency } from "./api.ts";
import { createAgencyApi } from "./agency-api.ts";

let platform: TestPlatform;
let own: Agency;
let agencyApi: ReturnType<typeof createAgencyApi>;
before(async () => {
  platform = await startPlatform(() => [], { fixtures: ["probe"] });
  own = await makeAgency(platform, "own");
  agencyApi = createAgencyApi(platform, own);
});
after(() => platform?.close());

describe("secret settings", () => {
  const plain = { type: "object", properties: { secret: { type: "string" }, smtp: { type: "object" } } };
  const guarded = {
    type: "object",
    properties: {
      secret: { type: "string", writeOnly: true },
      smtp: { type: "object", properties: { host: { type: "string" }, password: { type: "string", writeOnly: true } } },
    },
  };

  test("can be written and never read, at any depth, by any version, nor in the audit log", async () => {
    const module = await agencyApi.publish("keeper", { settingsSchema: plain });
    await agencyApi.publish("keeper", { settingsSchema: guarded, version: "1.1.0" });
    const site = await agencyApi.newSite();
    const made = await agencyApi.install(site, module, { settings: { smtp: { host: "mail", password: "N3STED" } } });
    const path = `/api/sites/${site}/installations/${made.body.id}`;
    const told = [
      made,
      await agencyApi.asOwner("PATCH", `${path}/settings`, { secret: "T0P" }),
      await agencyApi.asOwner("PUT", `${path}/version`, { version: "1.0.0" }),
    ];
    told.push(await agencyApi.asOwner("GET", path), await agencyApi.asOwner("GET", `/api/agencies/${own.ids.agencyId}/audit?limit=100`));
    for (const answer of told) {
      assert.equal(answer.status < 300, true, JSON.stringify(answer.body));
      assert.doesNotMatch(JSON.stringify(answer.body), /N3STED|T0P/);
    }
    assert.deepEqual(told[3]?.body.settings, { smtp: { host: "mail" } }, "and what is no secret is read");
    const [row] = await agencyApi.rows(`select settings from site_module_installations where id = '${made.body.id}'`);
    assert.deepEqual(row?.settings, { smtp: { host: "mail", password: "N3STED" }, secret: "T0P" });
  });

  test("and all other settings have a common size limit", async () => {
    const module = await agencyApi.publish("hoarder", { settingsSchema: { type: "object" } });
    const site = await agencyApi.newSite();
    const { id } = (await agencyApi.install(site, module)).body;
    const put = (name: string) => agencyApi.asOwner("PATCH", `/api/sites/${site}/installations/${id}/settings`, { [name]: "x".repeat(20_000) });
    assert.equal((await put("a")).status, 200);
    assert.equal((await put("b")).body.code, "payload_too_large");
  });
});

describe("a greedy caller", () => {
  test("that sends many bodies slowly does not delay others", async () => {
    const path = `/api/sites/${own.ids.siteId}/installations/${own.ids.siteInstallation}`;
    const head = `PATCH ${path} HTTP/1.1\r\nHost: localhost:${platform.port}\r\nAuthorization: Bearer ${own.keys.agency_owner}\r\nContent-Type: application/json\r\nContent-Length: 50\r\n\r\n{`;
    const sockets = Array.from({ length: 15 }, () =>
      connect(platform.port, "127.0.0.1", function (this: ReturnType<typeof connect>) {
        this.write(head);
      }),
    );
    await new Promise((resolve) => setTimeout(resolve, 300));
    const began = performance.now();
    assert.equal((await agencyApi.asOwner("GET", "/api/me")).status, 200);
    assert.ok(performance.now() - began < 1_000);
    for (const socket of sockets) socket.destroy();
  });

  test("that sends JSON which is slow to parse is answered at once", async () => {
    for (const text of [`"${'\\"'.repeat(32_000)}`, `"${'\\"'.repeat(32_000)}\\`, '"'.repeat(60_000), "[".repeat(60_000), `{"a":1e999}`]) {
      // Work, not time: other tests keep the machine busy. The platform runs in this process.
      const began = process.cpuUsage();
      const answer = await call(platform, { key: own.keys.agency_owner, method: "POST", path: `/api/sites/${own.ids.siteId}/installations`, body: text });
      const { user, system } = process.cpuUsage(began);
      assert.equal(answer.body.code, "invalid_json");
      assert.ok(user + system < 300_000, `${(user + system) / 1_000} ms of work`);
    }
  });

  test("gets no 500 for a forged cursor", async () => {
    for (const [at, id] of [
      ["1", "x"],
      ["foo 1", own.ids.clientId],
      ["2025-01-01 (x)", own.ids.clientId],
      ["99999999999999999", own.ids.clientId],
    ]) {
      const cursor = Buffer.from(JSON.stringify([at, id])).toString("base64url");
      assert.equal((await agencyApi.asOwner("GET", `/api/agencies/${own.ids.agencyId}/clients?cursor=${cursor}`)).body.code, "bad_request");
    }
  });

  test("gets no 500 for the largest markup of the largest price", async () => {
    const module = await agencyApi.publish("dear");
    const { id } = (await agencyApi.subscribe(module)).body;
    await agencyApi.price(module, { wholesaleMonthly: 100_000_000_000, wholesaleYearly: 100_000_000_000 });
    const { status, body } = await agencyApi.asOwner("PUT", `/api/agencies/${own.ids.agencyId}/subscriptions/${id}/markup`, {
      type: "percentage",
      basisPoints: 10_000_000,
    });
    assert.deepEqual([status, body.monthly.retail], [200, 100_100_000_000_000]);
  });
});

describe("money", () => {
  test("follows the billing cycle that was sold", async () => {
    const prices = { wholesaleMonthly: 0, wholesaleYearly: 0, wholesaleOneTime: 0, suggestedRetailMonthly: null };
    for (const [cycle, price] of [
      ["yearly", { wholesaleYearly: 12_000 }],
      ["one_time", { wholesaleOneTime: 99_000 }],
      ["monthly", { wholesaleMonthly: 700 }],
    ] as const) {
      const module = await agencyApi.publish(`sold-${cycle.replace("_", "-")}`);
      await agencyApi.price(module, { ...prices, pricingType: cycle, ...price });
      const other = cycle === "monthly" ? "one_time" : "monthly";
      assert.equal((await agencyApi.subscribe(module, { billingCycle: other })).body.faults[0].path, "/billingCycle");
      await agencyApi.comp((await agencyApi.subscribe(module, { billingCycle: cycle })).body.id);
      const { id } = (await agencyApi.install(await agencyApi.newSite(), module)).body;
      const [row] = await agencyApi.rows(`select price_wholesale, price_paid, billing_cycle from site_module_installations where id = '${id}'`);
      const [wholesale = 0] = Object.values(price);
      assert.deepEqual({ ...row }, { price_wholesale: BigInt(wholesale), price_paid: BigInt(wholesale) * 2n, billing_cycle: cycle });
    }
  });

  test("is due as soon as a module is no longer free, in the agreed currency", async () => {
    const module = await agencyApi.publish("was-free");
    const { id } = (await agencyApi.subscribe(module)).body;
    assert.equal((await agencyApi.price(module, { currency: "JPY" })).body.code, "conflict");
    assert.equal((await agencyApi.price(module, {})).status, 200);
    assert.equal((await agencyApi.install(await agencyApi.newSite(), module)).body.code, "subscription_required");
    await agencyApi.comp(id);
    assert.equal((await agencyApi.install(await agencyApi.newSite(), module)).status, 201);
  });

  test("ends with its period: no comp ends in the past, and nothing is installed afterwards", async () => {
    const module = await agencyApi.publish("lapsing");
    await agencyApi.price(module, {});
    const { id } = (await agencyApi.subscribe(module)).body;
    assert.equal((await agencyApi.comp(id, { until: "2020-01-01T00:00:00Z" })).body.faults[0].path, "/until");
    assert.equal((await agencyApi.comp(id, { until: new Date(Date.now() + 3_600_000).toISOString() })).status, 200);
    assert.equal((await agencyApi.install(await agencyApi.newSite(), module)).status, 201);
    await agencyApi.rows(`update agency_module_subscriptions set ends_at = now() - interval '6 minutes' where id = '${id}'`);
    assert.equal((await agencyApi.install(await agencyApi.newSite(), module)).body.code, "subscription_required");
  });

  test("counts an installation under the present subscription", async () => {
    const module = await agencyApi.publish("counted");
    await agencyApi.price(module, {});
    const first = (await agencyApi.subscribe(module)).body.id;
    await agencyApi.comp(first, { maxInstallations: 1 });
    const site = await agencyApi.newSite();
    const { id } = (await agencyApi.install(site, module)).body;
    const path = `/api/sites/${site}/installations/${id}`;
    await agencyApi.asOwner("DELETE", path);
    await agencyApi.rows(`update agency_module_subscriptions set status = 'expired' where id = '${first}'`);
    const second = (await agencyApi.subscribe(module)).body.id;
    await agencyApi.comp(second, { maxInstallations: 1 });
    for (let round = 0; round < 3; round++) {
      assert.equal((await agencyApi.asOwner("POST", `${path}/restore`)).status, 200);
      assert.equal((await agencyApi.asOwner("DELETE", path)).status, 200);
    }
    const [row] = await agencyApi.rows(`select current_installations from agency_module_subscriptions where id = '${second}'`);
    assert.equal(row?.current_installations, 0);
    assert.equal((await agencyApi.install(await agencyApi.newSite(), module)).status, 201);
  });

  test("and counts stay correct with concurrent installs, uninstalls and price changes", async () => {
    const module = await agencyApi.publish("busy");
    await agencyApi.price(module, {});
    await agencyApi.comp((await agencyApi.subscribe(module)).body.id);
    const sites = await Promise.all(Array.from({ length: 8 }, agencyApi.newSite));
    for (let round = 0; round < 3; round++) {
      const made = await Promise.all(sites.map((site) => agencyApi.install(site, module)));
      const others = await Promise.all(Array.from({ length: 8 }, agencyApi.newSite));
      const answers = await Promise.all([
        ...made.map(({ body }) => agencyApi.asOwner("DELETE", `/api/sites/${body.siteId}/installations/${body.id}`)),
        ...others.map((site) => agencyApi.install(site, module)),
        ...[1, 2, 3].map((step) => agencyApi.price(module, { wholesaleMonthly: 1_000 + round * 10 + step })),
      ]);
      assert.deepEqual([...new Set(answers.map(({ status }) => status))].sort(), [200, 201]);
    }
    const [row] =
      await agencyApi.rows(`select current_installations, (select count(*)::int from site_module_installations where module_id = '${module}' and uninstalled_at is null) as rows
      from agency_module_subscriptions where module_id = '${module}'`);
    assert.equal(row?.current_installations, row?.rows);
  });
});

describe("a closed client", () => {
  test("runs nothing, and has nothing installed, until it is active again", async () => {
    const module = await agencyApi.publish("there");
    const { id: client } = (await agencyApi.asOwner("POST", `/api/agencies/${own.ids.agencyId}/clients`, { name: "Leaving" })).body;
    const { id: site } = (await agencyApi.asOwner("POST", `/api/clients/${client}/sites`, { name: "Left" })).body;
    const { key } = (await agencyApi.asOwner("POST", `/api/sites/${site}/surfaces`, { name: "Left", origins: ["https://left.example"] })).body;
    assert.equal((await agencyApi.install(site, module)).status, 201);
    const planned = async () =>
      (await call(platform, { method: "GET", path: `/api/surfaces/${key}/plan` })).body.modules.filter((one: { state: string }) => one.state === "active")
        .length;
    async function becomes(count: number): Promise<void> {
      const end = Date.now() + 2_000;
      while ((await planned()) !== count) assert.ok(Date.now() < end, `not ${count} within two seconds`);
    }
    await becomes(1);
    await agencyApi.asOwner("PATCH", `/api/clients/${client}`, { status: "closed" });
    await becomes(0);
    assert.equal((await agencyApi.install(site, await agencyApi.publish("too-late"))).body.code, "suspended");
    await agencyApi.asOwner("PATCH", `/api/clients/${client}`, { status: "active" });
    await becomes(1);
  });
});

describe("the platform's own", () => {
  test("actions on an agency are in its log, and actions on the platform are in another", async () => {
    await agencyApi.asRoot("PATCH", `/api/admin/agencies/${own.ids.agencyId}`, { status: "active", reason: "a look" });
    const [entry] = (await agencyApi.asOwner("GET", `/api/agencies/${own.ids.agencyId}/audit?limit=1`)).body.items;
    assert.deepEqual([entry.action, entry.actorRole, entry.reason], ["agency.set-status", "super_admin", "a look"]);
    assert.ok((await agencyApi.asRoot("GET", "/api/admin/audit")).body.items.some(({ action }: { action: string }) => action === "module.set-prices"));
  });

  test("last key cannot be revoked until another one exists", async () => {
    const [last] = (await agencyApi.asRoot("GET", "/api/admin/keys")).body.items;
    assert.equal((await agencyApi.asRoot("DELETE", `/api/admin/keys/${last.id}`)).body.code, "conflict");
    const { key } = (await agencyApi.asRoot("POST", "/api/admin/keys", { label: "second" })).body;
    assert.equal((await call(platform, { key, method: "DELETE", path: `/api/admin/keys/${last.id}` })).status, 200);
    assert.equal((await agencyApi.asRoot("GET", "/api/me")).body.code, "unauthorized");
    assert.equal((await call(platform, { key, method: "GET", path: "/api/me" })).body.role, "super_admin");
  });
});

test("a member of an agency cannot install a module that needs an admin's consent", async () => {
  const answer = await call(platform, {
    key: own.keys.agency_member,
    method: "POST",
    path: `/api/sites/${own.ids.siteId}/installations`,
    body: { moduleId: own.ids.moduleId },
  });
  assert.equal(answer.body.code, "principal_too_low");
});
