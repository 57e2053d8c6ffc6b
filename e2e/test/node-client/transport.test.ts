import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { RequestFailed, type Client, createClient, type ErrorCode } from "@dramac/sdk/node";
import { type Scripted, startScriptedServer } from "./scripted-server.ts";

const KEY = "dk_test_secret";
const closers: (() => void)[] = [];
after(() => closers.forEach((close) => close()));

async function scripted(...answers: Scripted[]) {
  const server = await startScriptedServer(answers);
  closers.push(server.close);
  return { ...server, api: createClient({ platform: server.url, key: KEY, backoffMs: 20, timeoutMs: 2_000 }) };
}

const problem = (status: number, code: ErrorCode, headers = {}): Scripted => ({
  status,
  body: { code, detail: `It says ${code}.`, status, requestId: "r-1", faults: [{ path: "/name", message: "too long" }] },
  headers: { "content-type": "application/problem+json", ...headers },
});
const page = (items: readonly object[], next: string | null): Scripted => ({ status: 200, body: { items, next } });
const got: Scripted = { status: 200, body: { id: "c1" } };

const get = (api: Client) => api.call("client.get", { path: { clientId: "c1" } });
const create = (api: Client) => api.call("client.create", { path: { agencyId: "a1" }, body: { name: "Harbour" } });
const failure = (work: Promise<unknown>) =>
  work.then(
    () => assert.fail("was answered"),
    (error: unknown) => (error instanceof RequestFailed ? error : assert.fail(String(error))),
  );

describe("a call", () => {
  test("goes out with its key, its segments encoded, its query without what is undefined, and its body as JSON", async () => {
    const { api, seen } = await scripted(got);
    await api.call("client.update", { path: { clientId: "a/b ?" }, body: { name: "Ü" }, ifMatch: 3 });
    await api.call("client.list", { path: { agencyId: "a1" }, query: { limit: 2, cursor: undefined } });
    assert.deepEqual(
      seen.map(({ method, path, body }) => [method, path, body]),
      [
        ["PATCH", "/api/clients/a%2Fb%20%3F", '{"name":"Ü"}'],
        ["GET", "/api/agencies/a1/clients?limit=2", ""],
      ],
    );
    assert.deepEqual(
      seen.map(({ headers }) => [headers.authorization, headers["content-type"], headers["if-match"]]),
      [
        [`Bearer ${KEY}`, "application/json", '"3"'],
        [`Bearer ${KEY}`, undefined, undefined],
      ],
    );
  });

  test("is refused before it goes out when a value would lead to another path, or the address or key is none", async () => {
    const { api, seen, url } = await scripted(got);
    for (const clientId of ["", ".", ".."]) await assert.rejects(api.call("client.get", { path: { clientId } }), /client\.get needs path\.clientId/);
    await assert.rejects(api.call("toString" as "client.get", { path: { clientId: "c1" } }), /There is no operation toString/);
    assert.throws(() => createClient({ platform: "ftp://x.example", key: KEY }), /http or https/);
    for (const key of ["", "two words", "line\nbreak"]) assert.throws(() => createClient({ platform: url, key }), /secret key/);
    assert.equal(seen.length, 0);
    assert.deepEqual(await get(api), { id: "c1" });
  });

  test("takes the address with or without a slash at its end", async () => {
    const { url, seen } = await scripted(got);
    for (const platform of [url, `${url}/`]) await get(createClient({ platform, key: KEY }));
    assert.deepEqual(new Set(seen.map(({ path }) => path)), new Set(["/api/clients/c1"]));
  });

  test("throws the problem's contents, and does not retry if that cannot help", async () => {
    const { api, seen } = await scripted(problem(422, "validation_failed"));
    const { code, status, message, faults, requestId, isRetryable } = await failure(get(api));
    assert.deepEqual([code, status, message, requestId, isRetryable], ["validation_failed", 422, "It says validation_failed.", "r-1", false]);
    assert.deepEqual(faults, [{ path: "/name", message: "too long" }]);
    assert.equal(seen.length, 1);
  });

  test("reports an answer that is not the platform's by its status", async () => {
    for (const [answer, code] of [
      [{ status: 502, body: "<h1>Bad gateway</h1>" }, "unavailable"],
      [{ status: 429, body: "null" }, "rate_limited"],
      [{ status: 404, body: { code: "toString" } }, "bad_request"],
    ] as const) {
      const { api } = await scripted(answer);
      assert.equal((await failure(create(api))).code, code);
    }
    const { api } = await scripted({ status: 200, body: "<h1>Welcome to the hotel's network</h1>" });
    assert.equal((await failure(create(api))).code, "unreachable");
  });

  test("does not send its key elsewhere: a redirect is an error", async () => {
    const elsewhere = await scripted(got);
    const { api } = await scripted({ status: 307, headers: { location: elsewhere.url } });
    assert.equal((await failure(create(api))).code, "unreachable");
    assert.equal(elsewhere.seen.length, 0);
  });
});

describe("trying again", () => {
  for (const [name, error] of [
    ["a busy platform", problem(503, "unavailable")],
    ["an internal error of the platform", problem(500, "internal")],
    ["a line that broke", { cut: true }],
    ["a limit", problem(429, "rate_limited")],
  ] as const) {
    test(`a read is tried again after ${name}; a creation is not, since it might then be there twice`, async () => {
      const read = await scripted(error, error, got);
      assert.deepEqual(await get(read.api), { id: "c1" });
      assert.equal(read.seen.length, 3);
      const made = await scripted(error, got);
      await failure(create(made.api));
      assert.equal(made.seen.length, 1);
    });
  }

  test("ends, and throws the last error", async () => {
    const { api, seen, url } = await scripted(problem(503, "unavailable"));
    assert.equal((await failure(get(api))).code, "unavailable");
    assert.equal(seen.length, 3);
    assert.equal((await failure(get(createClient({ platform: url, key: KEY, retries: 0 })))).code, "unavailable");
    assert.equal(seen.length, 4);
  });

  test("waits longer each time, and as long as it is told", async () => {
    const backing = await scripted(problem(503, "unavailable"), problem(503, "unavailable"), got);
    await get(createClient({ platform: backing.url, key: KEY, backoffMs: 100 }));
    const [first = 0, second = 0, third = 0] = backing.seen.map(({ at }) => at);
    assert.ok(second - first >= 45 && third - second >= 95, `${second - first} ms, ${third - second} ms`);
    const told = await scripted(problem(429, "rate_limited", { "retry-after": "1" }), got);
    await get(told.api);
    const [asked = 0, again = 0] = told.seen.map(({ at }) => at);
    assert.ok(again - asked >= 950, `${again - asked} ms`);
  });

  test("gives up at once when it would have to wait for minutes, and says for how long", async () => {
    const { api, seen } = await scripted(problem(429, "rate_limited", { "retry-after": "120" }), got);
    assert.equal((await failure(get(api))).retryAfterMs, 120_000);
    assert.equal(seen.length, 1);
    const dated = await scripted(problem(429, "rate_limited", { "retry-after": new Date(Date.now() + 90_000).toUTCString() }), got);
    const { retryAfterMs = 0 } = await failure(get(dated.api));
    assert.ok(retryAfterMs > 85_000 && retryAfterMs <= 90_000, String(retryAfterMs));
  });

  test("a change under a revision is sent once: a second try would meet the revision that the first has made", async () => {
    const path = { siteId: "s1", installationId: "i1" };
    const body = { permissions: [] };
    const bound = await scripted({ cut: true }, got);
    await failure(bound.api.call("site.installation.set-grants", { path, body, ifMatch: 4 }));
    assert.equal(bound.seen.length, 1);
    const free = await scripted({ cut: true }, got);
    await free.api.call("site.installation.set-grants", { path, body });
    assert.equal(free.seen.length, 2);
  });
});

describe("time", () => {
  test("a try that is not answered in time fails with timeout, and a read is then tried again", async () => {
    const silent = await scripted({ silent: true });
    assert.equal((await failure(silent.api.call("client.create", { path: { agencyId: "a1" }, body: { name: "x" }, timeoutMs: 60 }))).code, "timeout");
    const waking = await scripted({ silent: true }, got);
    assert.deepEqual(await waking.api.call("client.get", { path: { clientId: "c1" }, timeoutMs: 100 }), { id: "c1" });
  });

  test("the caller's signal ends a call, and a pause between tries, with its own reason", async () => {
    const reason = new Error("the user left");
    for (const answer of [{ silent: true }, problem(429, "rate_limited", { "retry-after": "20" })] as const) {
      const { api, seen } = await scripted(answer);
      const stop = new AbortController();
      setTimeout(() => stop.abort(reason), 100);
      const started = performance.now();
      await assert.rejects(api.call("client.get", { path: { clientId: "c1" }, signal: stop.signal }), reason);
      assert.ok(performance.now() - started < 1_500);
      assert.equal(seen.length, 1);
    }
    const { api, seen } = await scripted(got);
    await assert.rejects(api.call("client.get", { path: { clientId: "c1" }, signal: AbortSignal.abort(reason) }), reason);
    assert.equal(seen.length, 0);
  });
});

describe("a list", () => {
  test("gives every item of every page, and asks for a page when it is needed", async () => {
    const { api, seen } = await scripted(page([{ id: "1" }, { id: "2" }], "n 2"), page([], "n3"), page([{ id: "3" }], null));
    const ids: string[] = [];
    for await (const { id } of api.list("client.list", { path: { agencyId: "a1" }, query: { limit: 2 } })) {
      if (id === "2") assert.equal(seen.length, 1);
      ids.push(id);
    }
    assert.deepEqual(ids, ["1", "2", "3"]);
    assert.deepEqual(
      seen.map(({ path }) => path.split("?")[1]),
      ["limit=2", "limit=2&cursor=n+2", "limit=2&cursor=n3"],
    );
  });

  test("stops requesting pages when its reader stops", async () => {
    const { api, seen } = await scripted(page([{ id: "1" }], "n2"));
    for await (const _ of api.list("client.list", { path: { agencyId: "a1" } })) break;
    assert.equal(seen.length, 1);
  });
});

describe("an installed module", () => {
  test("is asked through the proxy; reads are tried again, writes are not", async () => {
    const answered: Scripted = { status: 200, body: { requestId: 0, status: 200, data: { items: [], next: null } } };
    const read = await scripted({ cut: true }, answered);
    assert.deepEqual(await read.api.module("i1").storage("messages").list({ limit: 5 }), { items: [], next: null });
    const [sent] = read.seen;
    assert.deepEqual([sent?.method, sent?.path, read.seen.length], ["POST", "/api/modules/i1/proxy", 2]);
    assert.deepEqual(JSON.parse(sent?.body ?? ""), { requestId: 0, method: "GET", endpoint: "/storage/messages", data: { limit: 5 } });
    const write = await scripted({ cut: true }, answered);
    await failure(write.api.module("i1").storage("messages").create({ name: "Ada" }));
    assert.equal(write.seen.length, 1);
  });
});
