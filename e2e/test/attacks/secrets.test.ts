import assert from "node:assert/strict";
import type { IncomingMessage, ServerResponse } from "node:http";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { configure, getConfig, type LogRecord, reset } from "@logtape/logtape";
import { installationLabel } from "@dramac/contracts";
import { dialPort, publishFixture } from "../../src/index.ts";
import { call } from "../management/api.ts";
import { API, OTHER, type OutgoingPlatform, startOutgoingPlatform, withHosts } from "./outgoing-platform.ts";

const CANARY = "canary-$&-7f3a9c-secret";

let at: OutgoingPlatform;
let url = "";
const logged: LogRecord[] = [];
/** Everything that was answered, to anybody. */
let answered: string[] = [];
/** What each host was sent. */
let sent: IncomingMessage[] = [];

before(async () => {
  assert.equal(getConfig(), null);
  await configure({ sinks: { memory: (record) => logged.push(record) }, loggers: [{ category: [], sinks: ["memory"], lowestLevel: "trace" }] });
  at = await startOutgoingPlatform(answer);
  url = `/api/sites/${at.platform.seeded.sites.shop?.id}/installations/${at.id}/secrets`;
});
after(async () => {
  await at?.close();
  await reset();
});
beforeEach(() => {
  [answered, sent] = [[], []];
});
afterEach(async () => {
  const { platform } = at;
  const rows = await platform.database.withPlatform(
    "test look-up",
    (tx) => tx`select (select string_agg(a::text, '') from audit_log a) as audit,
      (select string_agg(s::text || encode(sealed, 'escape') || encode(wrapped_key, 'escape'), '') from installation_secrets s) as stored,
      (select string_agg(u::text, '') from module_usage_events u) as usage`,
  );
  for (const [where, text] of Object.entries({ answers: answered.join(), rows: JSON.stringify(rows), logs: JSON.stringify(logged) })) {
    for (const form of [CANARY, Buffer.from(CANARY).toString("base64"), Buffer.from(CANARY).toString("hex")])
      assert.ok(!text.includes(form), `the canary is in the ${where}`);
  }
});

/** Other hosts that give back what they were sent, in every place where a text fits. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  sent.push(request);
  const { authorization = "" } = request.headers;
  const to = new URL(request.url ?? "", "https://x").searchParams.get("to");
  if (to) return void response.writeHead(307, { location: to }).end();
  if (request.url?.endsWith("/text"))
    return void response.writeHead(200, { "content-type": "text/plain", etag: `"${authorization}"` }).end(`you said ${authorization}`);
  response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ deep: [{ [authorization]: authorization }] }));
}

async function manage(method: string, path: string, body?: unknown) {
  const { status, body: json } = await call(at.platform, { key: at.platform.seeded.keys.agencyOwner, method, path, body });
  answered.push(JSON.stringify(json));
  return { status, body: json };
}

async function visit(endpoint: string) {
  const result = await at.asVisitor("GET", endpoint);
  answered.push(result.text);
  return result;
}

const lastSent = () => sent.at(-1)?.headers.authorization;

describe("secrets of an installation", () => {
  test("a declared secret is listed as missing, set, listed without its value, replaced and deleted", async () => {
    assert.deepEqual((await manage("GET", url)).body.items, [{ id: null, name: "api", host: API, label: "", isDeclared: true, updatedAt: null }]);
    await visit(`/connect/${API}/v1/x`);
    assert.equal(lastSent(), undefined);

    const { body } = await manage("PUT", url, { name: "api", value: "the-first-value" });
    assert.deepEqual(Object.keys(body.items[0]).sort(), ["host", "id", "isDeclared", "label", "name", "updatedAt"]);
    await visit(`/connect/${API}/v1/x`);
    assert.equal(lastSent(), "Bearer the-first-value");

    const [{ id }] = (await manage("PUT", url, { name: "api", value: CANARY })).body.items;
    assert.equal(id, body.items[0].id);
    await visit(`/connect/${API}/v1/x`);
    assert.equal(lastSent(), `Bearer ${CANARY}`);

    assert.equal((await manage("DELETE", `${url}/${id}`)).status, 200);
    assert.equal((await manage("DELETE", `${url}/${id}`)).status, 404);
    await visit(`/connect/${API}/v1/x`);
    assert.equal(lastSent(), undefined);
  });

  test("an undeclared secret, a short one, and one with a line break are refused, and the refusal does not repeat it", async () => {
    for (const [body, path] of [
      [{ name: "other", value: CANARY }, "/name"],
      [{ name: "constructor", value: CANARY }, "/name"],
      [{ name: "api", value: "short" }, "/value"],
      [{ name: "api", value: `${CANARY}\r\nx-evil: 1` }, "/value"],
      [{ name: "api", value: [CANARY] }, "/value"],
      [{ name: "api", value: CANARY.repeat(500) }, "/value"],
    ] as const) {
      const refused = await manage("PUT", url, body);
      assert.deepEqual([refused.status, refused.body.faults[0].path], [422, path]);
    }
    for (const text of [`{"name":"api","value":"${CANARY}"`, `{"name":"api","value":${CANARY}}`, `{"value":"${CANARY}","value":"other"}`]) {
      assert.equal((await manage("PUT", url, text)).status, 400);
    }
    assert.equal((await manage("PUT", url, { name: "api", value: CANARY })).status, 200);
  });

  test("an answer that echoes the secret is passed on without it, in texts, keys and headers", async () => {
    const text = await visit(`/connect/${API}/v1/text`);
    assert.equal(lastSent(), `Bearer ${CANARY}`);
    assert.deepEqual([text.body.data.data, text.body.data.headers.etag], ["you said Bearer [secret]", '"Bearer [secret]"']);
    assert.deepEqual((await visit(`/connect/${API}/v1/x`)).body.data.data, { deep: [{ "Bearer [secret]": "Bearer [secret]" }] });
  });

  test("a module cannot replace it in a call, and a redirect does not send it to another host", async () => {
    const result = await at.asMember("GET", `/connect/${API}/v1/x`, { headers: { authorization: "Bearer mine" } });
    answered.push(result.text);
    assert.equal(lastSent(), `Bearer ${CANARY}`);
    answered.push((await at.asMember("GET", `/connect/${API}/v1/x?to=https://${OTHER}/y`)).text);
    assert.deepEqual(
      sent.slice(-2).map(({ headers }) => [headers.host, headers.authorization]),
      [
        [API, `Bearer ${CANARY}`],
        [OTHER, undefined],
      ],
    );
  });

  test("is not in the plan, the script, the frame document or the data of its module", async () => {
    const { siteKey } = at.platform.seeded.sites.shop ?? {};
    const host = `${installationLabel(at.id)}.frames.localhost:${at.platform.port}`;
    const pages = await Promise.all([
      dialPort(at.platform.port, `/api/surfaces/${siteKey}/plan`),
      dialPort(at.platform.port, `/embed/${siteKey}.js`),
      dialPort(at.platform.port, `/f/${siteKey}`, { host }),
    ]);
    assert.deepEqual(
      pages.map(({ status }) => status),
      [200, 200, 200],
    );
    answered.push(...pages.map(({ body }) => body));
    assert.equal((await visit("/settings")).status, 200);
  });

  test("cannot be decrypted in another installation's row or after a bit has changed: the call is then refused", async () => {
    const rows = (change: string) => at.platform.database.withPlatform("test change", (tx) => tx.unsafe(`update installation_secrets set ${change}`));
    for (const change of [
      "sealed = set_byte(sealed, 30, get_byte(sealed, 30) # 1)",
      "wrapped_key = set_byte(wrapped_key, 30, get_byte(wrapped_key, 30) # 1)",
      "key_id = 'older'",
    ]) {
      await rows(change);
      const before = sent.length;
      assert.equal((await visit(`/connect/${API}/v1/x`)).body.code, "unavailable", change);
      assert.equal(sent.length, before);
      await manage("PUT", url, { name: "api", value: CANARY });
      assert.equal((await visit(`/connect/${API}/v1/x`)).status, 200);
    }
  });

  test("a version that declares it for another host cannot use it until it is set again", async () => {
    await publishFixture(at.platform.database, "probe", (manifest) => {
      withHosts(manifest);
      Object.assign(manifest, { version: "1.1.0", secrets: { api: { host: OTHER, header: "x-api-key", format: "{secret}" } } });
    });
    const key = async () => {
      answered.push((await at.asMember("GET", `/connect/${OTHER}/y`)).text);
      return sent.at(-1)?.headers["x-api-key"];
    };
    assert.equal(await key(), undefined);
    const { items } = (await manage("GET", url)).body;
    assert.deepEqual(
      items.map(({ host, isDeclared, id }: { host: string; isDeclared: boolean; id: string | null }) => [host, isDeclared, id !== null]),
      [
        [API, false, true],
        [OTHER, true, false],
      ],
    );
    await manage("PUT", url, { name: "api", value: CANARY });
    assert.equal(await key(), CANARY);
    await visit(`/connect/${API}/v1/x`);
    assert.equal(lastSent(), undefined);
  });

  test("is deleted with its installation", async () => {
    const count = async () => (await at.platform.database.withPlatform("test look-up", (tx) => tx`select count(*)::int as n from installation_secrets`))[0]?.n;
    assert.equal(await count(), 1);
    await at.platform.database.withPlatform("test change", (tx) => tx`delete from site_module_installations where id = ${at.id}`);
    assert.equal(await count(), 0);
  });
});
