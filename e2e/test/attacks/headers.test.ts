import assert from "node:assert/strict";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { installationLabel, type InstallationId } from "@dramac/contracts";
import { type Answer, type Call, dialPort, startPlatform, type TestPlatform } from "../../src/index.ts";

const GOLDEN = new URL("golden-headers.json", import.meta.url);

let platform: TestPlatform;
let key = "";
let id: InstallationId;
let hash = "";

before(async () => {
  platform = await startPlatform(() => [{ name: "shop", origins: ["http://shop.example"], modules: ["probe"] }], { fixtures: ["probe"] });
  key = platform.seeded.sites.shop?.siteKey ?? "";
  id = (await platform.installation("shop", "probe")) as InstallationId;
  const [row] = await platform.database.withPlatform("test look-up", (tx) => tx`select package_hash from modules where slug = 'probe'`);
  hash = row?.package_hash as string;
});
after(() => platform?.close());

const dial = (path: string, call?: Call) => dialPort(platform.port, path, call);

/** What changes from run to run, by a name: ports, keys, hashes, ids, lengths and times. */
function withoutVariableParts(headers: Answer["headers"]): Record<string, string> {
  const plain = (value: string) =>
    value
      .replaceAll(String(platform.port), "PORT")
      .replaceAll(key, "KEY")
      .replaceAll(installationLabel(id), "LABEL")
      .replaceAll(hash, "PACKAGE")
      .replace(/'sha256-[^']+'/g, "'sha256-HASH'")
      .replace(/"[\w-]{16,}"/g, '"TAG"');
  const told = Object.entries(headers).filter(([name]) => !["date", "content-length", "connection", "keep-alive", "transfer-encoding"].includes(name));
  return Object.fromEntries(told.map(([name, value]) => [name, name.includes("request-id") ? "ID" : plain(String(value))]));
}

test("69: every class of route answers with exactly its headers", async () => {
  const frames = `${installationLabel(id)}.frames.localhost:${platform.port}`;
  const origin = `http://${frames}`;
  const json = { "content-type": "application/json", origin };
  const plan = await dial(`/api/surfaces/${key}/plan`);
  const runtime = /\/elements\/(runtime\.[\w-]+\.js)/.exec((await dial(`/embed/${key}.js`)).body)?.[1] ?? "";
  const opened = await dial("/api/sessions", {
    method: "POST",
    headers: json,
    body: JSON.stringify({ installation: id, surface: key, hostOrigin: "http://shop.example" }),
  });
  const { token } = JSON.parse(opened.body) as { token: string };
  const proxied = { method: "POST", headers: { ...json, authorization: `Bearer ${token}` }, body: '{"requestId":1,"method":"GET","endpoint":"/site"}' };
  const upload = (type: string, headers: Record<string, string> = { authorization: `Bearer ${platform.seeded.keys.agencyOwner}` }) =>
    dial(`/api/modules/${id}/media?collection=notes&name=a`, { method: "PUT", headers: { origin, "content-type": type, ...headers }, body: "a" });
  const printed = await dial(`/api/modules/${id}/proxy`, {
    ...proxied,
    body: '{"requestId":1,"method":"POST","endpoint":"/prints","data":{"title":"Page","html":"<p>Words</p>"}}',
  });
  const { url: printUrl } = (JSON.parse(printed.body) as { data: { url: string } }).data;
  const uploaded = await upload("text/plain");
  const { url = "" } = JSON.parse(uploaded.body) as { url?: string };
  const media = `media.localhost:${platform.port}`;
  const { version } = JSON.parse(readFileSync(new URL("../../../package.json", import.meta.url), "utf8")) as { version: string };

  const answers = {
    "embed, known key": await dial(`/embed/${key}.js`),
    "embed, not modified": await dial(`/embed/${key}.js`, { headers: { "if-none-match": String((await dial(`/embed/${key}.js`)).headers.etag) } }),
    "embed, unknown key": await dial(`/embed/site_${"0".repeat(22)}.js`),
    "embed, malformed key": await dial("/embed/nonsense.js"),
    "loader, evergreen": await dial("/loader.js"),
    "loader, of a version": await dial(`/loader/${version}.js`),
    "elements runtime": await dial(`/elements/${runtime}`),
    fragment: await dial(`/api/surfaces/${key}/fragment`),
    plan,
    "plan, not modified": await dial(`/api/surfaces/${key}/plan`, { headers: { "if-none-match": String(plan.headers.etag) } }),
    "frame document": await dial(`/f/${key}`, { host: frames }),
    "page to print": await dial(new URL(printUrl).pathname, { host: frames }),
    "page to print, unknown": await dial(`/print/${"x".repeat(43)}`, { host: frames }),
    "file of a package": await dial(`/p/${hash}/main.js`, { host: frames }),
    session: opened,
    "session, preflight": await dial("/api/sessions", { method: "OPTIONS", headers: { origin, "access-control-request-method": "POST" } }),
    proxy: await dial(`/api/modules/${id}/proxy`, proxied),
    "proxy, without a token": await dial(`/api/modules/${id}/proxy`, { ...proxied, headers: json }),
    "proxy, from elsewhere": await dial(`/api/modules/${id}/proxy`, { ...proxied, headers: { ...proxied.headers, origin: "http://evil.example" } }),
    events: await dial("/api/events", {
      method: "POST",
      headers: { "content-type": "text/plain", origin },
      body: JSON.stringify({ surface: key, events: [] }),
    }),
    "management, without a key": await dial("/api/me"),
    description: await dial("/openapi.json"),
    "description, to read": await dial("/docs"),
    livez: await dial("/livez"),
    readyz: await dial("/readyz"),
    "platform, not found": await dial("/nowhere"),
    "frames, not found": await dial("/nowhere", { host: frames }),
    upload: uploaded,
    "upload, refused": await upload("text/html"),
    "upload, without a token": await upload("text/plain", {}),
    "media, a file": await dial(new URL(url).pathname, { host: media }),
    "media, not found": await dial("/nowhere", { host: media }),
    "unknown host": await dial("/", { host: "example.com" }),
  };
  const told = Object.fromEntries(Object.entries(answers).map(([name, { status, headers }]) => [name, { status, headers: withoutVariableParts(headers) }]));
  if (!existsSync(GOLDEN)) writeFileSync(GOLDEN, `${JSON.stringify(told, null, 2)}\n`);
  assert.deepEqual(
    told,
    JSON.parse(readFileSync(GOLDEN, "utf8")),
    "To accept what has changed, delete golden-headers.json, run this again and read the difference.",
  );
});
