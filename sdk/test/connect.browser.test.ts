import { LIMITS } from "@dramac/contracts/limits";
import type { InitMessage } from "@dramac/contracts";
import { assert } from "chai";
import { connect, RequestFailed } from "../src/index.ts";

const INIT = {
  type: "INIT",
  protocol: 1,
  installation: "7d6b6f0e-0000-4000-8000-000000000001",
  module: { slug: "notes", version: "1.2.0" },
  settings: { heading: "Notes" },
  context: { visible: true, open: false },
  permissions: ["access:storage"],
  currency: "EUR",
  limits: LIMITS,
  theme: { scheme: "light" },
  locale: "en",
  direction: "ltr",
  timeZone: "UTC",
  route: "",
} as unknown as InitMessage;

/** Resolves with the port of the next hello. In these tests the page itself is the parent. */
const nextHello = () =>
  new Promise<MessagePort>((resolve) => {
    addEventListener("message", function onMessage({ data, ports }: MessageEvent) {
      if ((data as { type?: string }).type !== "MODULE_READY" || !ports[0]) return;
      removeEventListener("message", onMessage);
      resolve(ports[0]);
    });
  });

const failure = (promise: Promise<unknown>) =>
  promise.then(
    () => assert.fail("connected"),
    (error: RequestFailed) => error,
  );

describe("connect", () => {
  it("fails with a code when no shell answers in time", async () => {
    const started = performance.now();
    const error = await failure(connect({ timeoutMs: 60 }));
    assert.instanceOf(error, RequestFailed);
    assert.deepEqual([error.code, error.name], ["unreachable", "RequestFailed"]);
    assert.isAtLeast(performance.now() - started, 55);
    assert.isBelow(performance.now() - started, 1_000);
  });

  it("resolves with the module's handle when a shell answers in time, and does not fail later", async () => {
    const hello = nextHello();
    const connected = connect({ timeoutMs: 200 });
    (await hello).postMessage(JSON.stringify(INIT));
    const { slug, version, settings, permissions } = await connected;
    assert.deepEqual([slug, version, settings, permissions], ["notes", "1.2.0", { heading: "Notes" }, ["access:storage"]]);
    await new Promise((resolve) => setTimeout(resolve, 300));
  });

  it("ignores a shell that answers too late", async () => {
    const hello = nextHello();
    const connected = failure(connect({ timeoutMs: 30 }));
    const port = await hello;
    await connected;
    const { lang } = document.documentElement;
    port.postMessage(JSON.stringify({ ...INIT, locale: "de" }));
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(document.documentElement.lang, lang);
  });

  it("waits at least as long as a shell waits for a module", async () => {
    const source = await (await fetch(new URL("../src/connect.ts", import.meta.url))).text();
    const [, milliseconds = ""] = /CONNECT_MS = ([\d_e]+)/.exec(source) ?? [];
    assert.isAtLeast(Number(milliseconds.replaceAll("_", "")), LIMITS.helloMs);
  });
});
