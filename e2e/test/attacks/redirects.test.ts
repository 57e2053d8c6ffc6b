import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { installationLabel } from "@dramac/contracts";
import { type Answer, dialPort } from "../../src/index.ts";
import { type Agency, makeAgency } from "../management/api.ts";
import { idsAt } from "../management/installed.ts";
import { startTwoInstallations, type TwoInstallations } from "./two-installations.ts";

const ELSEWHERE = [
  "https://evil.example/",
  "//evil.example/",
  "/\\evil.example/",
  "https:evil.example",
  "javascript:alert(1)",
  "data:text/html,x",
  "https://localhost@evil.example/",
  "\thttps://evil.example/",
  "%2f%2fevil.example",
];
const NAMES = ["next", "redirect", "redirect_uri", "return", "return_to", "returnTo", "url", "u", "to", "continue", "dest", "callback", "goto", "origin"];
/** Paths that a server might straighten out by sending the client elsewhere. */
const CROOKED = [
  "//evil.example",
  "//evil.example/",
  "///evil.example",
  "/\\evil.example",
  "/%2f%2fevil.example",
  "/%5cevil.example",
  "//evil.example/%2f..",
  "//evil.example/..",
  "/.//evil.example",
  "/api//evil.example",
  "/api/me/",
  "/docs/",
  "/openapi.json/",
  "/%0d%0aLocation:%20https://evil.example",
  "/livez;@evil.example",
  "/?https://evil.example",
  "/https://evil.example",
];

let two: TwoInstallations;
let own: Agency;
before(async () => {
  two = await startTwoInstallations({}, { managementRates: { perKey: 1e6, perNetwork: 1e6 } });
  own = await makeAgency(two.platform, "own");
});
after(() => two?.platform.close());

function assertStays(what: string, { status, headers, body }: Answer): void {
  assert.ok(status < 300 || status === 304 || status >= 400, `${what}: ${status}`);
  for (const name of ["location", "refresh", "content-location", "link"]) assert.equal(headers[name], undefined, `${what}: ${name}`);
  assert.doesNotMatch(body, /http-equiv=["']?refresh/i, what);
}

describe("68: addresses of other websites", () => {
  test("are not followed by any route of the API, in any parameter", async () => {
    const { paths } = JSON.parse((await dialPort(two.platform.port, "/openapi.json")).body) as {
      paths: Record<string, Record<string, { operationId: string }>>;
    };
    const key = two.platform.seeded.sites.shop?.siteKey ?? "";
    let tried = 0;
    for (const [path, methods] of Object.entries(paths)) {
      const { operationId = "" } = methods.get ?? {};
      if (!operationId || operationId.endsWith("stream")) continue;
      const ids: Record<string, string> = { ...idsAt(own, operationId), key };
      const address = path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] || "x");
      for (const to of ELSEWHERE) {
        const query = new URLSearchParams(NAMES.map((name) => [name, to]));
        const authorization = `Bearer ${two.platform.seeded.keys.superAdmin}`;
        const headers = { authorization, referer: "https://evil.example/", "x-forwarded-host": "evil.example", "x-original-url": "//evil.example" };
        assertStays(`${path} ${to}`, await dialPort(two.platform.port, `${address}?${query}`, { headers }));
        tried++;
      }
    }
    assert.ok(tried > 300, `${tried} tries`);
  });

  test("are not followed under malformed paths, on any platform host", async () => {
    const frames = `${installationLabel(two.probe)}.frames.localhost:${two.platform.port}`;
    for (const host of [`localhost:${two.platform.port}`, frames, `media.localhost:${two.platform.port}`, "evil.example"]) {
      for (const path of CROOKED) {
        for (const method of ["GET", "HEAD", "POST"]) assertStays(`${method} ${host} ${path}`, await dialPort(two.platform.port, path, { host, method }));
      }
    }
    assert.equal((await dialPort(two.platform.port, "/docs")).status, 200);
  });

  test("in the address of a diagnosis stay text in its script", async () => {
    const key = two.platform.seeded.sites.shop?.siteKey;
    const hostile = `https://evil.example/"};alert(1)//</script>\u2028`;
    const { status, body } = await dialPort(
      two.platform.port,
      `/embed/${key}/diagnosis.js?${new URLSearchParams({ installation: two.probe, origin: hostile })}`,
    );
    assert.equal(status, 200);
    assert.doesNotMatch(body, /<\/script|\u2028|(?<!\\)"\};alert/);
    const { default: problem } = (await import(`data:text/javascript,${encodeURIComponent(body)}`)) as { default: { code: string; message: string } };
    assert.equal(problem.code, "origin_not_allowed");
  });
});
