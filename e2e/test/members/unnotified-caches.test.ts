import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { dialPort, openTcpProxy, startPlatform, type TestPlatform } from "../../src/index.ts";
import { type Agency, makeAgency } from "../management/api.ts";
import { createAgencyApi } from "../management/agency-api.ts";
import { type Backend, createPages, startBackend } from "./backend.ts";

const HOST = "https://portal.example";

let platform: TestPlatform;
let own: Agency;
let members: Backend;
let pages: ReturnType<typeof createPages>;
let installation = "";
let surface = "";
/** The line on which a node hears of changes; everything else it says to its database goes elsewhere. */
let proxy: Awaited<ReturnType<typeof openTcpProxy>>;

before(async () => {
  const environment: Record<string, string> = {};
  platform = await startPlatform(() => [], {
    environment,
    async routeDatabaseUrl(url) {
      const address = new URL(url);
      proxy = await openTcpProxy(Number(address.port || 5_432));
      address.hostname = "127.0.0.1";
      address.port = String(proxy.port);
      environment.DATABASE_DIRECT_URL = address.href;
      return url;
    },
  });
  own = await makeAgency(platform, "own");
  const { asOwner, publish } = createAgencyApi(platform, own);
  const path = `/api/clients/${own.ids.clientId}`;
  const moduleId = await publish("desk", {
    installLevel: "client",
    entryPoints: { portalPage: "main.js" },
    hooks: ["portal:sidebar"],
    permissions: ["access:storage"],
    collections: { notes: { member: ["create", "read"] } },
  });
  installation = (await asOwner("POST", `${path}/installations`, { moduleId })).body.id;
  surface = (await asOwner("POST", `${path}/surfaces`, { name: "portal", origins: [HOST] })).body.key;
  pages = createPages(platform, surface, HOST);
});
after(async () => {
  await proxy?.restore();
  await platform?.close();
  await proxy?.cut();
});

beforeEach(async () => {
  await proxy.restore();
  await until(() => platform.database.isListening());
  members = await startBackend(platform, own, { role: "client_member", clientId: own.ids.clientId as string });
});

const change = (query: string) => platform.database.withPlatform("test", (tx) => tx.unsafe(query));
const notes = async (token: string) => (await pages.call(installation, token, { method: "GET", endpoint: "/storage/notes" })).status;
const open = async (claims = {}) => (await pages.session(installation, { assertion: await members.sign(claims) })).body.token as string;
const planStatus = async () => JSON.parse((await dialPort(platform.port, `/api/surfaces/${surface}/plan`)).body).surface.status as string;

async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 10_000; !(await isSo()); await sleep(20)) assert.ok(Date.now() < end, "it did not come true");
}

/** The node hears nothing any more; what it forgot of this it has looked up again, and would now know by heart. */
async function deafen(token: string): Promise<void> {
  await proxy.cut();
  await until(() => !platform.database.isListening());
  for (let turn = 0; turn < 2; turn++) assert.deepEqual([await notes(token), await planStatus()], [200, "active"]);
}

describe("a node without change notifications does not use its caches", () => {
  for (const [what, take, give, refused] of [
    [
      "an installation is switched off",
      () => `update client_module_installations set is_enabled = false where id = '${installation}'`,
      () => `update client_module_installations set is_enabled = true where id = '${installation}'`,
      410,
    ],
    [
      "a grant is taken back",
      () => `update client_module_installations set grants_epoch = grants_epoch + 1 where id = '${installation}'`,
      () => `update client_module_installations set grants_epoch = grants_epoch - 1 where id = '${installation}'`,
      401,
    ],
    ["a surface is suspended", () => `update surfaces set status = 'suspended' where key = '${surface}'`, () => "update surfaces set status = 'active'", 410],
    ["a key is revoked", () => `update assertion_keys set revoked_at = now() where id = '${members.kid}'`, () => "select 1", 401],
  ] as const) {
    test(`${what}: the very next call is refused`, async () => {
      const token = await open();
      await deafen(token);
      await change(take());
      assert.equal(await notes(token), refused);
      await change(give());
      assert.equal(await notes(await openAnew()), 200);
    });
  }

  test("a member signs out on another node: the very next call is refused, and calls of others are not", async () => {
    const [token, bystander] = [await open({ sub: "eve" }), await open()];
    await deafen(token);
    assert.equal(await notes(bystander), 200);
    await change(`insert into signed_out_members (key_id, subject, agency_id, signed_out_at) values ('${members.kid}', 'eve', '${own.ids.agencyId}', now())`);
    assert.deepEqual([await notes(token), await notes(bystander)], [401, 200]);
  });

  test("a surface is suspended: the very next page sees it, and sees when it is back", async () => {
    await deafen(await open());
    for (const status of ["suspended", "active"]) {
      await change(`update surfaces set status = '${status}' where key = '${surface}'`);
      assert.equal(await planStatus(), status);
    }
  });
});

describe("a node with change notifications", () => {
  test("answers from its caches, and applies a change within two seconds", async () => {
    const token = await open();
    assert.equal(await notes(token), 200);
    await change(`update surfaces set status = 'suspended' where key = '${surface}'`);
    for (const end = Date.now() + 2_000; (await notes(token)) !== 410; ) assert.ok(Date.now() < end);
    await change("update surfaces set status = 'active'");
    for (const end = Date.now() + 2_000; (await notes(token)) !== 200; ) assert.ok(Date.now() < end);
  });
});

/** With a key that is good. */
async function openAnew(): Promise<string> {
  members = await startBackend(platform, own, { role: "client_member", clientId: own.ids.clientId as string });
  return open();
}
