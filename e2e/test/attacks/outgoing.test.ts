import assert from "node:assert/strict";
import type { IncomingMessage, ServerResponse } from "node:http";
import { after, before, beforeEach, describe, test } from "node:test";
import { publishFixture, PUBLIC_ADDRESS } from "../../src/index.ts";
import { API, OTHER, type OutgoingPlatform, startOutgoingPlatform, REROUTED, withHosts } from "./outgoing-platform.ts";

const MEBIBYTE = 1_048_576;

let at: OutgoingPlatform;
before(async () => {
  at = await startOutgoingPlatform(answer);
});
after(() => at?.close());
beforeEach(() => {
  at.mock.connected.length = 0;
  at.mock.names.set(REROUTED, [[PUBLIC_ADDRESS]]);
});

/** The other hosts: they echo what they got, redirect where they are told, and answer as much as they are asked for. */
function answer(request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? "", `https://${request.headers.host}`);
  const ask = (name: string) => url.searchParams.get(name);
  const [to, size, type] = [ask("to"), ask("size"), ask("type")];
  if (to !== null) {
    const left = Number(ask("hops") ?? 1) - 1;
    const location = left > 0 ? `?to=${encodeURIComponent(to)}&hops=${left}` : to;
    response.writeHead(Number(ask("with") ?? 302), { location }).end();
  } else if (url.pathname.endsWith("/silence")) return;
  else if (type !== null) response.writeHead(200, { "content-type": type }).end("<p>hello</p>");
  else if (size !== null) response.writeHead(200, { "content-type": "text/plain" }).end("x".repeat(Number(size)));
  else {
    let body = "";
    request.setEncoding("utf8").on("data", (part: string) => (body += part));
    request.on("end", () => {
      const headers = { "content-type": "application/json", "set-cookie": "id=1", etag: '"7"', "www-authenticate": "Basic", "x-powered-by": "x" };
      response.writeHead(200, headers).end(JSON.stringify({ method: request.method, url: request.url, headers: request.headers, body }));
    });
  }
}

const PRIVATE = [
  ...["127.0.0.1", "127.255.0.3", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "255.255.255.255", "224.0.0.1"],
  ...["192.0.2.7", "198.18.0.1", "240.0.0.1", "::1", "::", "::ffff:127.0.0.1", "::ffff:7f00:1", "::127.0.0.1", "fe80::1", "fc00::1", "fd12:3456::1"],
  ...["64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:7f00:1::", "ff02::1", "fec0::1", "2001:db8::1", "0x7f.1", "2130706433", "127.1", "localhost", ""],
];

describe("64: calls to forbidden addresses", () => {
  const INSTEAD = ["127.0.0.1", "10.1.2.3", "169.254.169.254", "[::1]", "[::ffff:127.0.0.1]", "0x7f.1", "2130706433", "①②⑦.⓪.⓪.①", "localhost.", "localhost"];
  const SPELLED = [
    ...[`${API}:443`, `${API}:8443`, `user@${API}`, `${API}@evil.com`, `${API}.`, API.toUpperCase(), `${API}%2eevil.com`, `${API}\\@evil.com`],
    ...[`${API}%00`, ` ${API}`, "", "evil.com", `${API}.evil.com`, "media.localhost", "аpi.partner-one.com"],
  ];
  for (const host of [...INSTEAD, ...SPELLED]) {
    test(`${host || "nothing"} as the host is refused before anything is looked up`, async () => {
      for (const call of [at.asVisitor, at.asMember]) {
        const { status, body } = await call("GET", `/connect/${host}/v1/x`);
        assert.deepEqual([status, body.code], [403, "host_not_allowed"]);
      }
      assert.deepEqual(at.mock.connected, []);
    });
  }

  test("a declared host is called, at its public address", async () => {
    const { status, body } = await at.asVisitor("GET", `/connect/${API}/v1/things?x=1&y=%2F`);
    assert.deepEqual([status, body.status, body.data.status], [200, 200, 200]);
    assert.deepEqual([body.data.data.method, body.data.data.url], ["GET", "/v1/things?x=1&y=%2F"]);
    assert.deepEqual(at.mock.connected, [PUBLIC_ADDRESS]);
  });

  for (const address of PRIVATE) {
    test(`a declared name that resolves to ${address || "an invalid address"} is not called, alone or among other addresses`, async () => {
      for (const answers of [[address], [PUBLIC_ADDRESS, address], [address, PUBLIC_ADDRESS]]) {
        at.mock.names.set(REROUTED, [answers]);
        assert.equal((await at.asVisitor("GET", `/connect/${REROUTED}/`)).body.code, "host_not_allowed");
      }
      assert.deepEqual(at.mock.connected, []);
      at.mock.names.set(REROUTED, [[PUBLIC_ADDRESS]]);
      assert.equal((await at.asVisitor("GET", `/connect/${REROUTED}/`)).status, 200);
    });
  }

  test("a name without an address is reported as unreachable", async () => {
    at.mock.names.set(REROUTED, [[]]);
    assert.equal((await at.asVisitor("GET", `/connect/${REROUTED}/`)).body.code, "upstream_failed");
  });

  test("a name that becomes private after the check is called at the checked address, and refused afterwards", async () => {
    at.mock.names.set(REROUTED, [[PUBLIC_ADDRESS], ["127.0.0.1"]]);
    assert.equal((await at.asVisitor("GET", `/connect/${REROUTED}/`)).status, 200);
    assert.deepEqual(at.mock.connected, [PUBLIC_ADDRESS]);
    assert.equal((await at.asVisitor("GET", `/connect/${REROUTED}/`)).body.code, "host_not_allowed");
    assert.deepEqual(at.mock.connected, [PUBLIC_ADDRESS]);
  });

  const redirect = (to: string, more = "") => at.asMember("GET", `/connect/${API}/v1/r?to=${encodeURIComponent(to)}${more}`);

  for (const to of [
    ...[
      `http://${API}/v1/x`,
      `https://${API}:8443/`,
      `http://${API}:443/`,
      `https://user:word@${API}/`,
      "//evil.com/",
      "https://evil.com/",
      "file:///etc/passwd",
    ],
    ...[
      "https://127.0.0.1/",
      "https://[::1]/",
      "https://0x7f.1/",
      "https://2130706433/",
      "https://localhost./",
      "https://169.254.169.254/latest",
      "javascript:1",
    ],
    ...["https://media.localhost/", "https://%E2%91%A0%E2%91%A1%E2%91%A6.%E2%93%AA.%E2%93%AA.%E2%91%A0/"],
  ]) {
    test(`a redirect to ${to} is not followed`, async () => {
      for (const more of ["", "&with=301", "&with=307", "&with=308", "&hops=2"]) assert.equal((await redirect(to, more)).body.code, "host_not_allowed", more);
      assert.deepEqual(new Set(at.mock.connected), new Set([PUBLIC_ADDRESS]));
    });
  }

  test("a redirect to a declared name with a private address is not followed; with a public address it is", async () => {
    at.mock.names.set(REROUTED, [["10.0.0.1"]]);
    assert.equal((await redirect(`https://${REROUTED}/`)).body.code, "host_not_allowed");
    at.mock.names.set(REROUTED, [[PUBLIC_ADDRESS]]);
    const { body } = await redirect(`https://${REROUTED}/there`);
    assert.deepEqual([body.data.data.headers.host, body.data.data.url], [REROUTED, "/there"]);
  });

  test("three redirects are followed, a fourth is not", async () => {
    assert.equal((await redirect(`https://${OTHER}/`, "&hops=3")).status, 200);
    assert.equal((await redirect(`https://${OTHER}/`, "&hops=4")).body.code, "upstream_failed");
  });

  test("a visitor's call must obey the visitors' rules at each redirect", async () => {
    const to = encodeURIComponent(`https://${OTHER}/`);
    assert.equal((await at.asVisitor("GET", `/connect/${API}/v1/r?to=${to}`)).body.code, "host_not_allowed");
    assert.equal((await at.asVisitor("GET", `/connect/${API}/v1/r?to=${encodeURIComponent("/v2/x")}`)).body.code, "host_not_allowed");
    assert.equal((await at.asVisitor("GET", `/connect/${API}/v1/r?to=${encodeURIComponent("/v1/x")}`)).status, 200);
  });

  test("307 keeps method and body, 302 makes it a GET without one", async () => {
    const send = async (code: number) => (await at.asMember("POST", `/connect/${API}/v1/r?to=/v1/x&with=${code}`, { body: { a: 1 } })).body.data.data;
    const [unchanged, changed] = [await send(307), await send(302)];
    assert.deepEqual([unchanged.method, unchanged.body, changed.method, changed.body], ["POST", '{"a":1}', "GET", ""]);
    assert.equal(changed.headers["content-type"], undefined);
  });

  test("no connection reached a listener behind those addresses", () => assert.equal(at.mock.canaryHits(), 0));

  test("a manifest with such a host is refused, and one with public hosts is published", async () => {
    const publish = (host: string) =>
      publishFixture(at.platform.database, "probe", (manifest) => Object.assign(manifest, { id: "wanted", slug: "wanted", connect: [host] }));
    for (const host of [...INSTEAD, ...SPELLED.filter((one) => one !== "evil.com" && !one.endsWith(".evil.com"))]) {
      await assert.rejects(publish(host), (error: { extra?: { faults?: { path: string }[] } }) => error.extra?.faults?.[0]?.path === "/connect/0", host);
    }
    await publish("api.good.com");
  });
});

describe("permissions for calls of a host", () => {
  test("visitors may call what the manifest lists for them, members may call everything", async () => {
    assert.equal((await at.asVisitor("POST", `/connect/${API}/v1/orders`, { body: {} })).status, 200);
    for (const [method, path] of [
      ["POST", `${API}/v1/orders/1`],
      ["DELETE", `${API}/v1/orders`],
      ["GET", `${API}/v2/orders`],
      ["GET", `${API}/v1/../v2`],
      ["GET", `${API}/v1/%2e%2e/v2`],
      ["GET", `${API}/v1/..%2fv2`],
      ["GET", `${API}/v1/..%5cv2`],
      ["GET", `${API}/v1/..;/v2`],
      ["GET", `${API}/v1/%252e%252e/v2`],
      ["GET", `${OTHER}/`],
    ] as const) {
      assert.equal((await at.asVisitor(method, `/connect/${path}`)).body.code, "host_not_allowed", `${method} ${path}`);
      assert.equal((await at.asMember(method, `/connect/${path}`)).status, 200, `${method} ${path}`);
    }
  });

  test("a caller without the permission is refused", async () => {
    const { platform, id } = at;
    const grant = (permissions: string[]) =>
      platform.database.withPlatform("test change", (tx) => tx`update site_module_installations set granted_permissions = ${permissions} where id = ${id}`);
    await grant(["read:site"]);
    await waitUntil(async () => (await at.asMember("GET", `/connect/${API}/v1/x`)).body.code === "permission_denied");
    await grant(["read:site", "access:api"]);
    await waitUntil(async () => (await at.asMember("GET", `/connect/${API}/v1/x`)).status === 200);
  });
});

describe("65: contents of requests and answers", () => {
  test("cookies, credentials and framing headers are removed from requests in any form; the rest is sent", async () => {
    const wicked = {
      Cookie: "a=1",
      authorization: "Bearer theirs",
      Host: "evil.com",
      connection: "upgrade",
      "transfer-encoding": "chunked",
      "content-length": "1",
      te: "trailers",
      upgrade: "h2c",
      "proxy-authorization": "x",
      "x-forwarded-for": "127.0.0.1",
      "x-http-method-override": "DELETE",
      origin: "https://evil.com",
      prefer: "a\r\nx-evil: 1",
    };
    const browser = { cookie: "visitor=1", "x-forwarded-for": "203.0.113.9", referer: "http://shop.example/private" };
    const { body } = await at.asVisitor("POST", `/connect/${API}/v1/orders`, { headers: { ...wicked, "Accept-Language": "de" }, body: { a: 1 } }, browser);
    const { headers } = body.data.data as { headers: Record<string, string> };
    assert.deepEqual(headers, {
      accept: "application/json, text/*;q=0.5",
      "accept-language": "de",
      "content-type": "application/json",
      "accept-encoding": "identity",
      "user-agent": "DRAMAC-Connect",
      host: API,
      "content-length": "7",
      connection: "close",
    });
  });

  test("cookies and challenges are removed from the answer's headers; the entity tag is passed on", async () => {
    const { body } = await at.asVisitor("GET", `/connect/${API}/v1/x`);
    const { date, ...read } = body.data.headers;
    assert.ok(Date.parse(date));
    assert.deepEqual(read, { "content-type": "application/json", etag: '"7"' });
  });

  test("a mebibyte of answer is passed on, a byte more is not", async () => {
    assert.equal((await at.asMember("GET", `/connect/${API}/v1/x?size=${MEBIBYTE}`)).body.data.data.length, MEBIBYTE);
    assert.equal((await at.asMember("GET", `/connect/${API}/v1/x?size=${MEBIBYTE + 1}`)).body.code, "upstream_failed");
  });

  test("64 KiB are sent, a byte more is not", async () => {
    const send = (size: number) => at.asMember("POST", `/connect/${API}/v1/x`, { headers: { "content-type": "text/plain" }, body: "x".repeat(size) });
    assert.equal((await send(65_536)).body.data.data.body.length, 65_536);
    assert.deepEqual([(await send(65_537)).status, (await send(65_537)).body.code], [413, "payload_too_large"]);
  });

  test("text is passed on as text; other types than text and JSON are refused", async () => {
    const ask = (type: string) => at.asMember("GET", `/connect/${API}/v1/x?type=${encodeURIComponent(type)}`);
    assert.equal((await ask("text/html")).body.data.data, "<p>hello</p>");
    for (const type of ["image/png", "application/octet-stream", "application/json"]) assert.equal((await ask(type)).body.code, "upstream_failed", type);
  });

  test("a malformed call is refused with the path of the issue", async () => {
    const { status, body } = await at.asMember("POST", `/connect/${API}/v1/x`, { headers: { accept: 5 }, follow: true });
    assert.deepEqual([status, body.code, body.faults.map(({ path }: { path: string }) => path)], [422, "validation_failed", ["/headers/accept", "/"]]);
    assert.equal((await at.asMember("GET", `/connect/${API}/v1/x`, { body: 1 })).body.faults[0].path, "/body");
  });

  test("a call of a silent host ends after ten seconds, and other hosts are called meanwhile", async () => {
    const started = Date.now();
    const silent = at.asMember("GET", `/connect/${API}/v1/silence`);
    assert.equal((await at.asMember("GET", `/connect/${API}/v1/x`)).status, 200);
    assert.deepEqual([(await silent).status, (await silent).body.code], [504, "timeout"]);
    assert.ok(Date.now() - started < 11_500);
  });

  test("of twenty concurrent calls sixteen run, and later calls are accepted again", async () => {
    const all = await Promise.all(Array.from({ length: 20 }, () => at.asMember("GET", `/connect/${API}/v1/silence`)));
    const codes = all.map(({ body }) => body.code as string);
    assert.deepEqual([codes.filter((code) => code === "timeout").length, codes.filter((code) => code === "rate_limited").length], [16, 4]);
    assert.equal((await at.asMember("GET", `/connect/${API}/v1/x`)).status, 200);
  });
});

describe("a host that a later version adds", () => {
  test("is called as soon as a person has agreed to it", async () => {
    const added = "new.partner-four.com";
    at.mock.names.set(added, [[PUBLIC_ADDRESS]]);
    await publishFixture(at.platform.database, "probe", (manifest) => {
      withHosts(manifest);
      Object.assign(manifest, { version: "1.1.0", connect: [...(manifest.connect as unknown[]), added] });
    });
    const call = () => at.asMember("GET", `/connect/${added}/`);
    await waitUntil(async () => /agreed to/.test((await call()).body.detail));
    assert.deepEqual(at.mock.connected, []);
    const grant = (permissions: readonly string[]) =>
      at.platform.database.withPlatform(
        "test change",
        (tx) => tx`update site_module_installations set granted_permissions = ${[...permissions]} where id = ${at.id}`,
      );
    // To take something else back agrees to nothing.
    await grant(["read:site", "access:storage", "access:api"]);
    await waitUntil(async () => (await call()).body.code === "host_not_allowed");
    await grant(["read:site"]);
    await grant(["read:site", "access:storage", "access:api"]);
    await waitUntil(async () => (await call()).body.code === "upstream_failed");
    // The stand's certificate does not name it: that it is dialled at all is what was agreed to.
    assert.ok(at.mock.connected.length > 0 && at.mock.connected.every((address) => address === PUBLIC_ADDRESS));
  });
});

/** Waits until every node has heard of a change. */
async function waitUntil(isSo: () => Promise<boolean>): Promise<void> {
  const until = Date.now() + 2_000;
  while (!(await isSo())) assert.ok(Date.now() < until, "it did not take effect within two seconds");
}
