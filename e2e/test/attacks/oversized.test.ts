import assert from "node:assert/strict";
import { connect } from "node:net";
import { after, before, describe, test } from "node:test";
import { installationLabel } from "@dramac/contracts";
import { dialPort } from "../../src/index.ts";
import { type Agency, makeAgency } from "../management/api.ts";
import { idsAt, publishLevels, withSecret } from "../management/installed.ts";
import { startTwoInstallations, type TwoInstallations } from "./two-installations.ts";

interface Route {
  readonly id: string;
  readonly method: string;
  readonly address: string;
  readonly headers: Readonly<Record<string, string>>;
}

/** More than any route takes but for files. */
const TOO_MANY_BYTES = 300_000;

let two: TwoInstallations;
let own: Agency;
const routes: Route[] = [];
before(async () => {
  two = await startTwoInstallations({}, { managementRates: { perKey: 1e6, perNetwork: 1e6 } });
  await publishLevels(two.platform, withSecret);
  own = await makeAgency(two.platform, "own");
  const { token } = JSON.parse((await two.openSession(two.probe)).body) as { token: string };
  const description = JSON.parse((await dialPort(two.platform.port, "/openapi.json")).body) as {
    paths: Record<string, Record<string, { operationId: string; requestBody?: object }>>;
  };
  for (const [path, methods] of Object.entries(description.paths)) {
    for (const [method, { operationId: id, requestBody }] of Object.entries(methods)) {
      if (!requestBody || id === "platform.setup") continue;
      const ids: Record<string, string> = { ...idsAt(own, id), key: two.platform.seeded.sites.shop?.siteKey ?? "" };
      const isModules = id.startsWith("module.") && !path.startsWith("/api/admin/");
      if (isModules) ids.installationId = two.probe;
      const origin = id.startsWith("member.")
        ? "http://shop.example"
        : isModules
          ? `http://${installationLabel(two.probe)}.frames.localhost:${two.platform.port}`
          : "";
      const headers = {
        "content-type": "application/json",
        authorization: `Bearer ${id === "module.call" ? token : two.platform.seeded.keys.superAdmin}`,
        ...(origin && { origin }),
      };
      routes.push({ id, method: method.toUpperCase(), address: path.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] || crypto.randomUUID()), headers });
    }
  }
});
after(() => two?.platform.close());

/** What a raw socket gets back, read until the other side hangs up or says something whole. */
function raw(parts: readonly string[], everyMs = 0): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect(two.platform.port, "127.0.0.1");
    let text = "";
    let at = 0;
    const next = () => {
      if (at < parts.length && socket.writable) socket.write(parts[at++] as string);
      if (at < parts.length) setTimeout(next, everyMs).unref();
    };
    socket.on("connect", next).on("error", () => undefined);
    socket.on("data", (part) => {
      text += part.toString();
      if (text.includes("\r\n\r\n")) socket.end();
    });
    socket.on("close", () => resolve(text));
    setTimeout(() => socket.destroy(), 90_000).unref();
  });
}

const statusOf = (answer: string) => Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1] ?? 0);

async function assertAlive(): Promise<void> {
  const started = performance.now();
  assert.equal(statusOf(await raw([`GET /readyz HTTP/1.1\r\nhost: localhost:${two.platform.port}\r\n\r\n`])), 200);
  assert.ok(performance.now() - started < 1_000, "and it answers at once");
}

/** On a line of its own each: one that was used for a refusal may be cut. */
const send = ({ method, address, headers }: Route, body: string, more: Record<string, string> = {}) =>
  dialPort(two.platform.port, address, { method, headers: { ...headers, connection: "close", ...more }, body });

describe("30: requests that exceed a limit", () => {
  test("by the size of the body are refused by every route that takes one, by the announced or the actual size", async () => {
    const large = JSON.stringify({ name: "a".repeat(TOO_MANY_BYTES) });
    let told = 0;
    for (const route of routes) {
      for (const more of [{}, { "transfer-encoding": "chunked" }]) {
        const answer = await send(route, large, more).catch(() => undefined);
        // A client that goes on sending after the refusal may lose its connection.
        if (!answer) continue;
        assert.equal(answer.status, 413, `${route.method} ${route.address}: ${answer.body}`);
        told++;
      }
      const announced = await raw([
        `${route.method} ${route.address} HTTP/1.1\r\nhost: localhost:${two.platform.port}\r\n${Object.entries(route.headers)
          .map(([name, value]) => `${name}: ${value}\r\n`)
          .join("")}content-length: 99999999\r\n\r\n`,
      ]);
      assert.equal(statusOf(announced), 413, `${route.method} ${route.address}, announced`);
    }
    assert.ok(routes.length > 35 && told > routes.length, `${told} were told so`);
    await assertAlive();
  });

  test("by depth or number of values are refused quickly", async () => {
    for (const route of routes) {
      const bytes = 15_000;
      for (const body of [
        "[".repeat(bytes),
        `${"[".repeat(bytes / 2)}${"]".repeat(bytes / 2)}`,
        `${'{"a":'.repeat(bytes / 6)}1${"}".repeat(bytes / 6)}`,
        `[${"1,".repeat(bytes / 2)}1]`,
        `{"items":[${"{},".repeat(bytes / 3 - 10)}{}]}`,
      ]) {
        const started = performance.now();
        const answer = await send(route, body);
        assert.ok([400, 422].includes(answer.status), `${route.method} ${route.address}: ${answer.status} ${answer.body.slice(0, 200)}`);
        assert.ok(performance.now() - started < 1_000, `${route.address} took long`);
      }
    }
    await assertAlive();
  });

  test("by the size of their headers are refused on every kind of host", async () => {
    const many = Array.from({ length: 10_000 }, (_, at) => `x-${at}: 1\r\n`).join("");
    for (const host of [
      `localhost:${two.platform.port}`,
      `media.localhost:${two.platform.port}`,
      `${installationLabel(two.probe)}.frames.localhost:${two.platform.port}`,
    ]) {
      for (const headers of [many, `x-long: ${"a".repeat(100_000)}\r\n`, `cookie: ${"a=b; ".repeat(20_000)}\r\n`]) {
        assert.equal(statusOf(await raw([`GET /livez HTTP/1.1\r\nhost: ${host}\r\n${headers}\r\n`])), 431, host);
      }
    }
    const few = Array.from({ length: 100 }, (_, at) => `x-${at}: 1\r\n`).join("");
    assert.equal(statusOf(await raw([`GET /livez HTTP/1.1\r\nhost: localhost:${two.platform.port}\r\n${few}\r\n`])), 200);
    await assertAlive();
  });

  test("by a malformed request line or header are refused", async () => {
    const host = `host: localhost:${two.platform.port}\r\n`;
    for (const text of [
      "GET\r\n\r\n",
      `GET /livez HTTP/9.9\r\n${host}\r\n`,
      `GET /livez HTTP/1.1\r\n\r\n`,
      `GET /livez HTTP/1.1\r\n${host}content-length: 1\r\ncontent-length: 2\r\n\r\n`,
      `POST /api/events HTTP/1.1\r\n${host}content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n`,
      `POST /api/events HTTP/1.1\r\n${host}transfer-encoding: chunked\r\n\r\nZZ\r\n`,
      `GET /livez HTTP/1.1\r\n${host}x-\u0000: 1\r\n\r\n`,
      "\u0016\u0003\u0001\u0002\u0000",
    ]) {
      assert.equal(statusOf(await raw([text])), 400, JSON.stringify(text));
    }
    await assertAlive();
  });

  test("by a slow transfer are ended, and other requests are served meanwhile", { timeout: 120_000 }, async () => {
    const { address, headers } = routes.find(({ id }) => id === "client.create") as Route;
    const head = `POST ${address} HTTP/1.1\r\nhost: localhost:${two.platform.port}\r\n${Object.entries(headers)
      .map(([name, value]) => `${name}: ${value}\r\n`)
      .join("")}content-length: 4000\r\n\r\n`;
    const drops = Array.from({ length: 200 }, () => "a");
    const started = performance.now();
    const slow = Promise.all([raw([head, ...drops], 500), raw([`GET /livez HTTP/1.1\r\n`, ...drops.map(() => "x-a: 1\r\n")], 500)]);
    const meanwhile = await send({ id: "", method: "POST", address, headers }, JSON.stringify({ name: "Quick & Co." }));
    assert.equal(meanwhile.status, 201);
    assert.deepEqual((await slow).map(statusOf), [408, 408]);
    assert.ok(performance.now() - started < 75_000);
    await assertAlive();
  });
});
