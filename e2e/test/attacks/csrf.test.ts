import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { dialPort } from "../../src/index.ts";
import { makeAgency, type Agency } from "../management/api.ts";
import { idsAt, publishLevels, withSecret } from "../management/installed.ts";
import { sampleOf } from "../management/samples.ts";
import { startTwoInstallations, type TwoInstallations } from "./two-installations.ts";

interface Described {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string; readonly requestBody?: object }>>>>;
}

/** What a page can send anywhere without being asked first: the content types of forms and of texts. */
const SIMPLE = ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "text/plain;application/json", ""];
/** They are meant to be sent by beacons, which can say nothing but text/plain; they carry no right that a page lends. */
const BEACONS = ["module.events", "module.error"];
const OVERRIDES = ["x-http-method-override", "x-http-method", "x-method-override"];

let two: TwoInstallations;
let own: Agency;
let routes: { id: string; method: string; path: string; takesBody: boolean }[] = [];
before(async () => {
  two = await startTwoInstallations({}, { managementRates: { perKey: 1e6, perNetwork: 1e6 } });
  await publishLevels(two.platform, withSecret);
  own = await makeAgency(two.platform, "own");
  const { paths } = JSON.parse((await dialPort(two.platform.port, "/openapi.json")).body) as Described;
  routes = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, { operationId, requestBody }]) => ({
      id: operationId,
      method: method.toUpperCase(),
      path,
      takesBody: requestBody !== undefined,
    })),
  );
});
after(() => two?.platform.close());

const changing = () => routes.filter(({ method }) => method !== "GET");

function addressOf({ id, path }: { id: string; path: string }): string {
  const { probe, platform } = two;
  const ids: Record<string, string> = { ...idsAt(own, id), key: platform.seeded.sites.shop?.siteKey ?? "" };
  if (id.startsWith("module.") && path.includes("/modules/{installationId}")) ids.installationId = probe;
  return path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] || crypto.randomUUID());
}

/** Every row that a call could make or change, counted and summed up. */
async function state(): Promise<string> {
  const [row] = await two.platform.database.withPlatform(
    "test look-up",
    (
      tx,
    ) => tx`select (select count(*) from audit_log) as entries, (select count(*) from module_documents) as documents, (select count(*) from email_outbox) as mails,
      (select count(*) from module_media) as files, (select count(*) from api_keys) as keys, (select count(*) from agencies) as agencies,
      (select md5(string_agg(c::text, ',' order by id)) from clients c) as clients, (select md5(string_agg(s::text, ',' order by id)) from sites s) as sites`,
  );
  return JSON.stringify(row, (_, value) => (typeof value === "bigint" ? String(value) : value));
}

/** A browser's headers on a page of a stranger, with the key as if it were a cookie that comes along. */
const asStranger = (more: Record<string, string> = {}) => ({
  origin: "https://evil.example",
  authorization: `Bearer ${two.platform.seeded.keys.superAdmin}`,
  cookie: `key=${two.platform.seeded.keys.superAdmin}; token=${two.platform.seeded.keys.superAdmin}`,
  ...more,
});

describe("55: requests that another website's page can send without a preflight", () => {
  test("with the content type of a form or plain text are refused by every route that takes a body, and change nothing", async () => {
    const before = await state();
    let tried = 0;
    for (const route of changing().filter(({ takesBody, id }) => takesBody && !BEACONS.includes(id))) {
      const body = JSON.stringify(routeBody(route.id));
      for (const type of SIMPLE) {
        const headers = asStranger(type ? { "content-type": type } : {});
        const answer = await dialPort(two.platform.port, addressOf(route), { method: route.method, headers, body });
        assert.ok([415, 403].includes(answer.status), `${route.method} ${route.path} as ${type || "nothing"}: ${answer.status} ${answer.body}`);
        if (!ORIGIN_BOUND.includes(route.id)) assert.equal(answer.status, 415, `${route.method} ${route.path} as ${type || "nothing"}`);
        tried++;
      }
    }
    assert.ok(tried > 150, `${tried} requests`);
    assert.equal(await state(), before);
  });

  test("with these content types are refused on routes for shells and listed pages, even from there", async () => {
    const { platform, probe } = two;
    const { token } = JSON.parse((await two.openSession(probe)).body) as { token: string };
    for (const type of SIMPLE.filter(Boolean)) {
      for (const [path, body] of [
        ["/api/sessions", { installation: probe, surface: platform.seeded.sites.shop?.siteKey, hostOrigin: "http://shop.example", visitor: null }],
        [`/api/modules/${probe}/proxy`, { requestId: 1, method: "POST", endpoint: "/storage/notes", data: { data: { text: "x" } } }],
      ] as const) {
        assert.equal((await two.post(probe, path, body, { "content-type": type, authorization: `Bearer ${token}` })).status, 415, `${path} as ${type}`);
      }
    }
    const note = { requestId: 1, method: "POST", endpoint: "/storage/notes", data: { data: { text: "x" } } };
    assert.equal((await two.post(probe, `/api/modules/${probe}/proxy`, note, { authorization: `Bearer ${token}` })).status, 200);
  });

  test("by GET or HEAD, or by POST with a method override, are refused by every route that changes something", async () => {
    const before = await state();
    const reads = new Set(routes.filter(({ method }) => method === "GET").map(({ path }) => path));
    const posts = new Set(routes.filter(({ method }) => method === "POST").map(({ path }) => path));
    for (const route of changing()) {
      const address = addressOf(route);
      const query = new URLSearchParams({ _method: route.method, ...flat(routeBody(route.id)) });
      for (const method of reads.has(route.path) ? [] : ["GET", "HEAD"]) {
        const answer = await dialPort(two.platform.port, `${address}?${query}`, { method, headers: asStranger() });
        assert.equal(answer.status, 405, `${method} ${route.path}: ${answer.body}`);
        assert.ok(String(answer.headers.allow).split(", ").includes(route.method), `${route.path} says what it takes`);
      }
      if (posts.has(route.path)) continue;
      for (const name of OVERRIDES) {
        const headers = asStranger({ [name]: route.method, "content-type": "application/json" });
        const answer = await dialPort(two.platform.port, `${address}?_method=${route.method}`, {
          method: "POST",
          headers,
          body: JSON.stringify({ _method: route.method, ...routeBody(route.id) }),
        });
        assert.equal(answer.status, 405, `${name}: ${route.method} ${route.path}`);
      }
    }
    // A GET route gives its usual answer, also when the request names other methods in its headers.
    for (const { path, id } of routes.filter(({ method, path }) => method === "GET" && posts.has(path))) {
      for (const name of OVERRIDES) await dialPort(two.platform.port, `${addressOf({ id, path })}?_method=POST`, { headers: asStranger({ [name]: "POST" }) });
    }
    assert.equal(await state(), before);
  });

  test("with a cookie instead of a key are anonymous, and no answer sets a cookie", async () => {
    const cookie = asStranger().cookie;
    for (const route of routes.filter(({ id }) => !BEACONS.includes(id))) {
      const answer = await dialPort(two.platform.port, addressOf(route), {
        method: route.method,
        headers: { cookie, "content-type": "application/json" },
        ...(route.takesBody && { body: JSON.stringify(routeBody(route.id)) }),
      });
      assert.equal(answer.headers["set-cookie"], undefined, route.path);
      assert.equal(answer.headers["access-control-allow-credentials"], undefined, route.path);
      if (route.method !== "GET") assert.ok(answer.status >= 400, `${route.method} ${route.path}: ${answer.status}`);
    }
  });

  test("are accepted in their correct form", async () => {
    const before = await state();
    const answer = await dialPort(two.platform.port, `/api/clients/${own.ids.clientId}`, {
      method: "PATCH",
      headers: { authorization: `Bearer ${own.keys.agency_owner}`, "content-type": "application/json; charset=utf-8" },
      body: JSON.stringify({ name: "Harbour & Sons" }),
    });
    assert.equal(answer.status, 200);
    assert.notEqual(await state(), before);
  });
});

/** Only shells and pages of the surface itself get as far as their body. */
const ORIGIN_BOUND = ["member.plan", "member.sign-out", "module.session", "module.call"];

const flat = (body: object) => Object.fromEntries(Object.entries(body).map(([name, value]) => [name, String(value)]));

function routeBody(id: string): object {
  try {
    return sampleOf(id);
  } catch {
    return { name: "changed" };
  }
}
