import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { installationLabel, isListedOrigin, type InstallationId } from "@dramac/contracts";
import { type Call, dialPort, startPlatform, type TestPlatform } from "../../src/index.ts";

let platform: TestPlatform;
let siteKey = "";
let id: InstallationId;
let other: InstallationId;
const HOST = "http://shop.example";

before(async () => {
  platform = await startPlatform(() => [{ name: "shop", origins: [HOST], modules: ["probe", "villain"] }], { fixtures: ["probe", "villain"] });
  siteKey = platform.seeded.sites.shop?.siteKey ?? "";
  id = (await platform.installation("shop", "probe")) as InstallationId;
  other = (await platform.installation("shop", "villain")) as InstallationId;
});
after(() => platform?.close());

const frames = (installation: InstallationId) => `http://${installationLabel(installation)}.frames.localhost:${platform.port}`;

const dial = (path: string, call?: Call) => dialPort(platform.port, path, call);

const session = (change: Record<string, unknown> = {}, origin: string | undefined = frames(id)) =>
  dial("/api/sessions", {
    method: "POST",
    headers: { "content-type": "application/json", ...(origin !== undefined && { origin }) },
    body: JSON.stringify({ installation: id, surface: siteKey, hostOrigin: HOST, ...change }),
  });

const proxy = (installation: InstallationId, token: string, call: Record<string, unknown>, headers: Record<string, string> = {}) =>
  dial(`/api/modules/${installation}/proxy`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}`, origin: frames(installation), ...headers },
    body: JSON.stringify({ requestId: 1, ...call }),
  });

const tokenOf = async (change: Record<string, unknown> = {}) => (JSON.parse((await session(change)).body) as { token: string }).token;

describe("14: lookalike origins", () => {
  for (const [origin, isAllowed] of [
    ["https://shop.example", true],
    ["https://a.shops.example", true],
    ["https://shop.example.evil.com", false],
    ["https://evilshop.example", false],
    ["http://shop.example", false],
    ["https://shop.example:444", false],
    ["https://a.b.shops.example", false],
    ["https://shops.example", false],
    ["null", false],
    ["", false],
  ] as const) {
    test(`${origin || "(empty)"} is ${isAllowed ? "allowed" : "refused"}`, () => {
      assert.equal(isListedOrigin(origin, ["https://shop.example", "https://*.shops.example", "", "*"]), isAllowed);
    });
  }

  test("a session is opened for a listed origin and refused for a lookalike", async () => {
    assert.equal((await session()).status, 200);
    const refused = await session({ hostOrigin: "http://shop.example.evil.com" });
    assert.equal(refused.status, 403);
    assert.equal((JSON.parse(refused.body) as { code: string }).code, "origin_not_allowed");
  });
});

describe("53: tokens", () => {
  test("a token is valid for its own installation only", async () => {
    const token = await tokenOf();
    assert.equal((await proxy(id, token, { method: "GET", endpoint: "/site" })).status, 200);
    assert.equal((await proxy(other, token, { method: "GET", endpoint: "/site" })).status, 401);
  });

  test("a token under another origin is refused", async () => {
    const token = await tokenOf();
    assert.equal((await proxy(id, token, { method: "GET", endpoint: "/site" }, { origin: "https://evil.example" })).status, 403);
  });

  test("tampered, unsigned and made-up tokens are refused", async () => {
    const token = await tokenOf();
    const [head, body] = token.split(".");
    const none = `${Buffer.from('{"alg":"none"}').toString("base64url")}.${body}.`;
    for (const bad of [`${head}.${body}.AAAA`, none, "x", `${token}x`, "dk_test_made-up"]) {
      assert.equal((await proxy(id, bad, { method: "GET", endpoint: "/site" })).status, 401, bad.slice(0, 20));
    }
  });
});

describe("54: CORS", () => {
  test("the installation's own frames origin is allowed, by name and without credentials", async () => {
    const { headers } = await session();
    assert.equal(headers["access-control-allow-origin"], frames(id));
    assert.equal(headers["access-control-allow-credentials"], undefined);
  });

  for (const origin of ["null", "https://evil.example", HOST]) {
    test(`${origin} is refused and appears in no header`, async () => {
      const answer = await session({}, origin);
      assert.equal(answer.status, 403);
      assert.equal(answer.headers["access-control-allow-origin"], undefined);
    });
  }

  test("another installation's frames origin is refused", async () => assert.equal((await session({}, frames(other))).status, 403));

  test("only preflights of shells are answered", async () => {
    const ask = (origin: string) => dial("/api/sessions", { method: "OPTIONS", headers: { origin, "access-control-request-method": "POST" } });
    assert.equal((await ask(frames(id))).status, 204);
    assert.equal((await ask("https://evil.example")).status, 403);
  });
});

describe("104: addresses on the frames host", () => {
  const at = (path: string) => dial(path, { host: frames(id).slice("http://".length) });

  test("the current document and a real file are answered", async () => {
    const [row] = await platform.database.withPlatform("test look-up", (tx) => tx`select package_hash from modules where slug = 'probe'`);
    const hash = row?.package_hash as string;
    assert.equal((await at(`/f/${siteKey}`)).status, 200);
    assert.equal((await at(`/p/${hash}/main.js`)).status, 200);
    for (const path of [
      `/p/${hash}/%2e%2e/main.js`,
      `/p/${hash}/../${hash}/main.js`,
      `/p/${hash}//main.js`,
      `/p/${hash}%2fmain.js`,
      `/p/${hash}/main.js?x=1`,
      `/p/${hash}/..\\main.js`,
      "/p/",
      "/",
      "/livez",
      `/f/${siteKey}/${"A".repeat(32)}`,
      `/f/${siteKey}/../${siteKey}`,
    ]) {
      const answer = await at(path);
      assert.equal(answer.status, 404, path);
      assert.equal(answer.headers["cache-control"], "no-store", path);
      assert.equal(answer.headers["content-security-policy"], "sandbox; default-src 'none'", path);
    }
  });

  test("an unknown host gets nothing", async () => assert.equal((await dial(`/f/${siteKey}`, { host: "example.com" })).status, 404));
});

test("69: a frame document carries exactly the headers of its kind", async () => {
  const { headers, body } = await dial(`/f/${siteKey}`, { host: frames(id).slice("http://".length) });
  const policy = String(headers["content-security-policy"]);
  for (const directive of [
    "default-src 'none'",
    "frame-src 'none'",
    "worker-src 'none'",
    "form-action 'none'",
    `frame-ancestors ${HOST}`,
    "sandbox allow-scripts allow-same-origin allow-forms",
    `connect-src http://localhost:${platform.port} http://media.localhost:${platform.port}`,
  ]) {
    assert.ok(policy.split("; ").includes(directive), directive);
  }
  assert.equal(headers["cross-origin-opener-policy"], "same-origin");
  assert.equal(headers["cross-origin-embedder-policy"], "require-corp");
  assert.equal(headers["referrer-policy"], "no-referrer");
  assert.equal(headers["x-content-type-options"], "nosniff");
  assert.equal(headers["access-control-allow-origin"], undefined);
  assert.equal(headers["set-cookie"], undefined);
  assert.match(String(headers["connection-allowlist"]), /^\(response-origin "/);
  assert.ok(body.includes('http-equiv=\\"Content-Security-Policy\\"'), "the module's own policy is in its document");
});

describe("storage rules over HTTP", () => {
  test("a visitor creates and reads documents, and another visitor does not see them", async () => {
    const mine = await tokenOf({ visitor: null });
    const created = await proxy(id, mine, { method: "POST", endpoint: "/storage/notes", data: { data: { text: "mine" } } });
    assert.equal(created.status, 200);
    const { data } = JSON.parse(created.body) as { data: { id: string } };
    assert.equal((await proxy(id, mine, { method: "GET", endpoint: `/storage/notes/${data.id}` })).status, 200);
    const theirs = await tokenOf({ visitor: null });
    const missing = await proxy(id, theirs, { method: "GET", endpoint: `/storage/notes/${data.id}` });
    assert.equal(missing.status, 404);
    const list = JSON.parse((await proxy(id, theirs, { method: "GET", endpoint: "/storage/notes" })).body) as { data: { items: unknown[] } };
    assert.deepEqual(list.data.items, []);
  });

  test("a document that violates its schema is refused with the path, a valid one is stored", async () => {
    const token = await tokenOf({ visitor: null });
    const bad = await proxy(id, token, { method: "POST", endpoint: "/storage/notes", data: { data: { text: 5 } } });
    assert.equal(bad.status, 422);
    assert.match(bad.body, /\/text/);
  });

  test("operations that are not listed, not granted or above a visitor are denied", async () => {
    const token = await tokenOf({ visitor: null });
    const codeOf = async (method: string, endpoint: string) => (JSON.parse((await proxy(id, token, { method, endpoint })).body) as { code: string }).code;
    assert.equal(await codeOf("GET", "/nothing"), "unknown_operation");
    assert.equal(await codeOf("GET", "/agency"), "permission_denied");
    assert.equal(await codeOf("PATCH", "/settings"), "permission_denied");
    assert.equal(await codeOf("GET", "/storage/__proto__"), "unknown_collection");
  });

  test("16: own __proto__ keys change nothing", async () => {
    const token = await tokenOf({ visitor: null });
    await dial(`/api/modules/${id}/proxy`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${token}`, origin: frames(id) },
      body: '{"requestId":1,"method":"POST","endpoint":"/storage/notes","data":{"data":{"text":"x","__proto__":{"polluted":true}}}}',
    });
    assert.equal(({} as { polluted?: boolean }).polluted, undefined);
  });
});

test("bad requests are answered as problem+json with a code, a sentence and a request id", async () => {
  for (const [path, options, status, code] of [
    ["/api/surfaces/nonsense/plan", {}, 404, "invalid_key"],
    ["/api/sessions", { method: "POST", headers: { "content-type": "text/plain", origin: frames(id) }, body: "{}" }, 415, "unsupported_media_type"],
    ["/api/sessions", { method: "POST", headers: { "content-type": "application/json", origin: frames(id) }, body: "{" }, 400, "invalid_json"],
    [
      "/api/sessions",
      { method: "POST", headers: { "content-type": "application/json", origin: frames(id) }, body: "x".repeat(200_000) },
      413,
      "payload_too_large",
    ],
    ["/nowhere", {}, 404, "not_found"],
  ] as const) {
    const answer = await dial(path, options);
    const problem = JSON.parse(answer.body) as { code: string; detail: string; requestId: string };
    assert.deepEqual([answer.status, problem.code], [status, code], path);
    assert.equal(answer.headers["content-type"], "application/problem+json");
    assert.ok(problem.detail.length > 10 && problem.requestId.length > 10);
  }
});

test("an unknown but well-formed key gets an empty plan, a malformed one an inert script", async () => {
  const plan = await dial(`/api/surfaces/site_${"0".repeat(22)}/plan`);
  assert.equal(plan.status, 200);
  assert.equal((JSON.parse(plan.body) as { surface: { status: string } }).surface.status, "unknown");
  const script = await dial("/embed/nonsense.js");
  assert.equal(script.status, 200);
  assert.match(script.body, /^\/\*.*\*\/\n$/);
});
