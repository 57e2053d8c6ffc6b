import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { after, before, test } from "node:test";
import { managementOperations } from "@dramac/edge-api/operations";
import { RequestFailed, type Client, createClient, type HeadlessModule } from "@dramac/sdk/node";
import { startPlatform, type TestPlatform } from "../../src/index.ts";

let platform: TestPlatform;
let root: Client;
let owner: Client;
let form: HeadlessModule;
let chat: HeadlessModule;
before(async () => {
  platform = await startPlatform((port) => [{ name: "shop", origins: [`http://shop.localhost:${port}`], modules: "all" }], { firstParty: true });
  const { superAdmin, agencyOwner } = platform.seeded.keys;
  root = createClient({ platform: platform.url, key: superAdmin });
  owner = createClient({ platform: platform.url, key: agencyOwner });
  form = owner.module(await platform.installation("shop", "contact-form"));
  chat = owner.module(await platform.installation("shop", "support-chat"));
});
after(() => platform?.close());

const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => "answered",
    (error: unknown) => (error instanceof RequestFailed ? `${error.status} ${error.code}` : assert.fail(String(error))),
  );

test("lists give every row once, with any page size", async () => {
  const { id: agencyId } = await root.call("agency.create", { body: { name: "Pages", slug: "pages" } });
  const made: string[] = [];
  for (let number = 0; number < 7; number++) made.unshift((await root.call("client.create", { path: { agencyId }, body: { name: `Client ${number}` } })).id);
  for (const limit of [1, 3, 7, 50]) {
    const listed: string[] = [];
    for await (const { id } of root.list("client.list", { path: { agencyId }, query: { limit } })) listed.push(id);
    assert.deepEqual(listed, made, `pages of ${limit}`);
  }
});

test("a refusal has a code, a status, issues with paths, and the request id", async () => {
  const error = await root.call("agency.create", { body: { name: "", slug: "No Slug" } }).catch((one: unknown) => one);
  assert.ok(error instanceof RequestFailed);
  assert.deepEqual([error.code, error.status, error.faults.map(({ path }) => path)], ["validation_failed", 422, ["/name", "/slug"]]);
  assert.match(error.requestId ?? "", /./);
  assert.equal(await codeOf(owner.call("agency.create", { body: { name: "Mine", slug: "mine" } })), "403 principal_too_low");
  assert.equal(await codeOf(createClient({ platform: platform.url, key: "dk_test_unknown" }).call("agency.list")), "401 unauthorized");
});

test("a change with the current revision is accepted, and with an older one refused", async () => {
  const { id: siteId } = platform.seeded.sites.shop as { id: string };
  const path = { siteId, installationId: form.installation };
  const { revision } = await owner.call("site.installation.get", { path });
  const changed = await owner.call("site.installation.set-settings", { path, body: { heading: "Say hello" }, ifMatch: revision });
  assert.deepEqual([changed.settings.heading, changed.revision], ["Say hello", revision + 1]);
  assert.equal(await codeOf(owner.call("site.installation.set-settings", { path, body: { heading: "Late" }, ifMatch: revision })), "412 precondition_failed");
  assert.equal((await owner.call("site.installation.set-settings", { path, body: { heading: "Hello" }, ifMatch: "*" })).settings.heading, "Hello");
});

test("documents of a module are written and read without a page, as far as its manifest lets a member", async () => {
  const messages = chat.storage<{ text: string }>("messages");
  const made = await messages.create({ text: "The bread is ready." }, { id: "bread", visitor: "ada" });
  assert.deepEqual([made.id, made.author, made.data], ["bread", "member", { text: "The bread is ready." }]);
  assert.equal(await codeOf(messages.create({ text: "Again" }, { id: "bread" })), "409 conflict");
  assert.deepEqual((await messages.get("bread")).data, { text: "The bread is ready." });
  await messages.create({ text: "The cake too." }, { visitor: "ada" });
  for (const [sort, texts] of [
    ["createdAt", ["The bread is ready.", "The cake too."]],
    ["-createdAt", ["The cake too.", "The bread is ready."]],
  ] as const) {
    const first = await messages.list({ visitor: "ada", limit: 1, sort });
    const second = await messages.list({ visitor: "ada", limit: 1, sort, cursor: first.next ?? "" });
    assert.deepEqual(
      [...first.items, ...second.items].map(({ data }) => data.text),
      texts,
    );
    assert.equal(second.next, null);
  }
  assert.equal(await codeOf(messages.remove("bread")), "403 collection_denied");
  assert.equal(await codeOf(chat.storage("nothing").list()), "404 unknown_collection");
});

test("documents are changed under their version and removed, where the manifest lets a member", async () => {
  const id = "0d9c1ff0-0000-4000-8000-000000000001";
  await platform.database.withPlatform(
    "a message that a visitor sent",
    (tx) => tx`insert into module_documents (installation_id, agency_id, collection, id, author, data, size)
      select ${form.installation}, agency_id, 'messages', ${id}, 'visitor', ${tx.json({ name: "Ada", email: "ada@example.com", message: "Hello" })}, 60
      from site_module_installations where id = ${form.installation}`,
  );
  const messages = form.storage<{ name: string; message: string }>("messages");
  const { version } = await messages.get(id);
  assert.deepEqual((await messages.update(id, { message: "Hello again" }, version)).data.message, "Hello again");
  assert.equal(await codeOf(messages.update(id, { message: "Late" }, version)), "412 precondition_failed");
  await messages.remove(id);
  assert.equal(await codeOf(messages.get(id)), "404 not_found");
});

test("a module's mail and its public settings are there without a page, too", async () => {
  const fields = { name: "Ada", email: "ada@example.com", message: "From a program", page: "none" };
  await form.email("new-message", fields);
  const mails = () => (existsSync(platform.mailFolder) ? readdirSync(platform.mailFolder).filter((name) => name.endsWith(".json")) : []);
  for (let tries = 0; tries < 100 && !mails().length; tries++) await wait(50);
  const { subject } = JSON.parse(readFileSync(join(platform.mailFolder, mails()[0] ?? ""), "utf8")) as { subject: string };
  assert.equal(subject, "New message from Ada");
  assert.equal(await codeOf(form.email("no-such", fields)), "404 not_found");
  assert.equal((await chat.settings()).title, "Chat with us");
  assert.equal(await codeOf(chat.email("new-message", fields)), "403 permission_denied");
});

test("a key does not find another tenant's installation", async () => {
  const { id: agencyId } = await root.call("agency.create", { body: { name: "Strangers", slug: "strangers" } });
  const { key } = await root.call("key.create", { path: { agencyId }, body: { label: "theirs", role: "agency_owner", mode: "test" } });
  const theirs = createClient({ platform: platform.url, key }).module(form.installation);
  assert.equal(await codeOf(theirs.settings()), "404 not_found");
  assert.equal(typeof (await form.settings()).heading, "string");
});

test("the client has every operation of the platform", async () => {
  const ids = managementOperations({} as never, {} as never, { provider: {}, settings: {} } as never).map(({ id }) => id);
  const id = crypto.randomUUID();
  const anything = new Proxy({}, { get: () => id, has: () => true, getOwnPropertyDescriptor: () => ({ configurable: true, value: id }) });
  const nobody = createClient({ platform: platform.url, key: "dk_test_unknown", retries: 0 }) as unknown as {
    call(id: string, given: object): Promise<unknown>;
  };
  assert.ok(ids.length > 50);
  // Each reaches its route: a path that is none would be answered with not_found.
  for (const one of ids) assert.equal(await codeOf(nobody.call(one, { path: anything, body: {} })), "401 unauthorized", one);
});
