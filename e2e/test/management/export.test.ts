import assert from "node:assert/strict";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { purgeUninstalled } from "@dramac/edge-api/purge-uninstalled";
import { startPlatform, type TestPlatform } from "../../src/index.ts";
import { type Agency, call, makeAgency } from "./api.ts";
import { publishLevels } from "./installed.ts";
import { createAgencyApi } from "./agency-api.ts";

const SECRET = "canary-of-an-export";
const SCHEMA = {
  type: "object",
  properties: { greeting: { type: "string" }, secret: { type: "string", writeOnly: true } },
  additionalProperties: false,
};

let platform: TestPlatform;
let own: Agency;
let agencyApi: ReturnType<typeof createAgencyApi>;
let greeter: string;
before(async () => {
  platform = await startPlatform(() => [], { fixtures: ["probe"] });
  await publishLevels(platform);
  own = await makeAgency(platform, "own");
  agencyApi = createAgencyApi(platform, own);
  greeter = await agencyApi.publish("greeter", { settingsSchema: SCHEMA });
});
after(() => platform?.close());

interface Installed {
  readonly id: string;
  readonly path: string;
}

async function installGreeter(): Promise<Installed> {
  const site = await agencyApi.newSite();
  const { id } = (await agencyApi.install(site, greeter, { settings: { greeting: "Hi", secret: SECRET }, permissions: ["read:site"] })).body;
  return { id, path: `/api/sites/${site}/installations/${id}` };
}

/** Writes documents of a size into a collection, as the module would have. */
const fill = (installation: string, collection: string, count: number, size: number) =>
  platform.database.withTenant(
    own.ids.agencyId ?? "",
    (tx) => tx`
      insert into module_documents (installation_id, agency_id, collection, id, visitor_sub, data, size)
      select ${installation}, ${own.ids.agencyId ?? ""}, ${collection}, 'd' || n, case when n = 2 then 'ada' end,
        jsonb_build_object('number', n, 'text', repeat('x', ${size}::int)), ${size} from generate_series(1, ${count}::int) n`,
  );
/** Moves the moment at which something was uninstalled. */
const age = (installation: string, days: number) =>
  platform.database.withTenant(
    own.ids.agencyId ?? "",
    (tx) => tx`update site_module_installations set uninstalled_at = now() - make_interval(days => ${days}, mins => 90) where id = ${installation}`,
  );
const exportOf = ({ path }: Installed, key = own.keys.agency_owner) => call(platform, { key, method: "GET", path: `${path}/export` });

describe("an export", () => {
  test("is NDJSON: the installation without secrets, all documents, and a last line with their count", async () => {
    const installed = await installGreeter();
    await fill(installed.id, "bookings", 120, 100);
    await fill(installed.id, "notes", 3, 100);
    const { status, headers, body } = await exportOf(installed);
    assert.equal(status, 200);
    assert.equal(headers["content-type"], "application/x-ndjson");
    assert.equal(headers["content-disposition"], `attachment; filename="greeter-${installed.id}.jsonl"`);
    assert.equal(headers["cache-control"], "no-store");
    const [first, ...rest] = body;
    const last = rest.pop();
    assert.deepEqual([first.kind, first.installation.settings, first.installation.grantedPermissions], ["installation", { greeting: "Hi" }, ["read:site"]]);
    assert.equal(first.installation.version, "1.0.0");
    assert.deepEqual(last, { kind: "end", documents: 123 });
    assert.equal(new Set(rest.map((line: { collection: string; id: string }) => `${line.collection}/${line.id}`)).size, 123);
    const two = rest.find((line: { collection: string; id: string }) => line.collection === "notes" && line.id === "d2");
    assert.deepEqual([two.visitor, two.data.number, two.version], ["ada", 2, 1]);
    assert.doesNotMatch(JSON.stringify(body), new RegExp(SECRET));
    const [entry] = await agencyApi.rows(
      `select count(*)::int as count from audit_log where action = 'site.installation.export' and subject_id = '${installed.id}'`,
    );
    assert.equal(entry?.count, 1);
  });

  test("may be read by its own client, and by no other", async () => {
    const installed = await installGreeter();
    assert.equal((await exportOf(installed, own.keys.client_member)).status, 200);
    const client = (await agencyApi.asOwner("POST", `/api/agencies/${own.ids.agencyId}/clients`, { name: "Mill" })).body.id;
    const { key } = (await agencyApi.asOwner("POST", `/api/agencies/${own.ids.agencyId}/keys`, { label: "mill", role: "client_member", clientId: client }))
      .body;
    assert.equal((await exportOf(installed, key)).body.code, "not_found");
  });

  test("is available for 30 days after uninstalling, and not later", async () => {
    const installed = await installGreeter();
    await fill(installed.id, "notes", 2, 10);
    await agencyApi.asOwner("DELETE", installed.path);
    await age(installed.id, 29);
    assert.equal((await exportOf(installed)).body.at(-1).documents, 2);
    await age(installed.id, 30);
    assert.deepEqual((({ status, body }) => [status, body.code])(await exportOf(installed)), [410, "gone"]);
  });

  test("to a client that does not read holds neither a database connection nor all documents", async () => {
    const installed = await installGreeter();
    for (const part of ["a", "b", "c", "d", "e"]) await fill(installed.id, part, 140, 60_000);
    const before = process.memoryUsage();
    const response = await open(`${installed.path}/export`, own.keys.agency_owner);
    response.pause();
    await sleep(500);
    const [row] = await platform.database.withPlatform(
      "test look-up",
      (tx) =>
        tx`select count(*)::int as count from pg_stat_activity where datname = current_database() and state like 'idle in transaction%' and pid <> pg_backend_pid()`,
    );
    assert.equal(row?.count, 0);
    // All of it would be 42 MB.
    const grown = process.memoryUsage().heapUsed + process.memoryUsage().external - before.heapUsed - before.external;
    assert.ok(grown < 25_000_000, `${grown} bytes`);
    let text = "";
    response.setEncoding("utf8").on("data", (part: string) => (text = `${text.slice(-200)}${part}`.slice(-400)));
    response.resume();
    await once(response, "end");
    assert.match(text, /\{"kind":"end","documents":700\}\n$/);
  });

  test("ends without its last line when the key is revoked meanwhile", async () => {
    const installed = await installGreeter();
    await fill(installed.id, "a", 700, 60_000);
    const { key, id } = (await agencyApi.asOwner("POST", `/api/agencies/${own.ids.agencyId}/keys`, { label: "short", role: "agency_member" })).body;
    const response = await open(`${installed.path}/export`, key);
    response.pause();
    await sleep(300);
    assert.equal((await agencyApi.asOwner("DELETE", `/api/agencies/${own.ids.agencyId}/keys/${id}`)).status, 200);
    let text = "";
    response.setEncoding("utf8").on("data", (part: string) => (text = `${text.slice(-200)}${part}`.slice(-400)));
    response.on("error", () => undefined).resume();
    await new Promise<void>((resolve) => response.once("close", resolve));
    assert.equal(response.complete, false);
    assert.doesNotMatch(text, /"kind":"end"/);
  });
});

async function open(path: string, key: string): Promise<IncomingMessage> {
  const asked = request({ host: "127.0.0.1", port: platform.port, path, headers: { host: `localhost:${platform.port}`, authorization: `Bearer ${key}` } });
  asked.end();
  const [response] = (await once(asked, "response")) as [IncomingMessage];
  return response;
}

describe("an uninstalled installation", () => {
  const left = async ({ id }: Installed) => {
    const [row] = await agencyApi.rows(`select (select count(*)::int from site_module_installations where id = '${id}') as rows,
      (select count(*)::int from module_documents where installation_id = '${id}') as documents,
      (select count(*)::int from module_storage_usage where installation_id = '${id}') as usage`);
    return { ...row };
  };

  test("is deleted with its documents after 30 days, once, with an audit entry; younger or running ones stay", async () => {
    const [old, young, live] = [await installGreeter(), await installGreeter(), await installGreeter()];
    for (const { id } of [old, young, live]) await fill(id, "notes", 3, 10);
    // More than one transaction may delete.
    await fill(old.id, "bookings", 2_500, 10);
    for (const { path } of [old, young]) await agencyApi.asOwner("DELETE", path);
    await age(old.id, 30);
    await age(young.id, 29);
    const gone = await Promise.all([purgeUninstalled(platform.database), purgeUninstalled(platform.database)]);
    assert.ok(gone[0] + gone[1] >= 1);
    assert.deepEqual(await left(old), { rows: 0, documents: 0, usage: 0 });
    for (const installation of [young, live]) assert.equal((await left(installation)).documents, 3);
    const entries = await agencyApi.rows(`select actor_kind, before from audit_log where action = 'installation.purge' and subject_id = '${old.id}'`);
    assert.deepEqual([entries.length, entries[0]?.actor_kind, entries[0]?.before.moduleId], [1, "system", greeter]);
    assert.equal(await purgeUninstalled(platform.database), 0);
    assert.equal((await exportOf(old)).body.code, "not_found");
    assert.equal((await agencyApi.asOwner("POST", `${old.path}/restore`)).body.code, "not_found");
  });

  test("can be restored within 30 days with all its documents, with or without a purge meanwhile", async () => {
    const installed = await installGreeter();
    await fill(installed.id, "notes", 3, 10);
    await agencyApi.asOwner("DELETE", installed.path);
    await age(installed.id, 29);
    await purgeUninstalled(platform.database);
    assert.equal((await agencyApi.asOwner("POST", `${installed.path}/restore`)).status, 200);
    assert.equal((await exportOf(installed)).body.at(-1).documents, 3);
  });
});
