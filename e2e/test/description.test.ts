import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import axe from "axe-core";
import { dialPort, launchBrowser, startPlatform, type TestPlatform } from "../src/index.ts";

interface Described {
  readonly paths: Readonly<Record<string, Readonly<Record<string, { readonly operationId: string; readonly security: readonly object[] }>>>>;
}

let platform: TestPlatform;
let description: Described;
before(async () => {
  platform = await startPlatform(() => []);
  description = JSON.parse((await dialPort(platform.port, "/openapi.json")).body) as Described;
});
after(() => platform?.close());

const described = () => Object.entries(description.paths).flatMap(([path, methods]) => Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`));

describe("the description of the API", () => {
  test("is OpenAPI 3.1", async () => {
    const { valid, errors } = await new Validator().validate(structuredClone(description) as never);
    assert.ok(valid, JSON.stringify(errors));
  });

  test("names each operation once", () => {
    const ids = Object.values(description.paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId));
    assert.equal(new Set(ids).size, ids.length);
  });

  test("tells of exactly what is served", () => {
    const plain = (route: string) => route.replace(/:\w+(?:\{[^}]*\})?|\{\w+\}(?:\.js)?/g, "{}");
    const served = platform.server.app.routes
      .filter(({ method }) => !["ALL", "OPTIONS"].includes(method))
      .map(({ method, path }) => plain(`${method} ${path}`));
    assert.deepEqual([...new Set(described().map(plain))].sort(), [...new Set(served)].sort());
  });

  test("says who may call: without a key the others are refused", async () => {
    for (const [path, methods] of Object.entries(description.paths)) {
      for (const [method, { security }] of Object.entries(methods)) {
        const { status } = await dialPort(platform.port, path.replace(/\{\w+\}/g, crypto.randomUUID()), { method: method.toUpperCase() });
        if (security.length) assert.ok([401, 403].includes(status), `${method} ${path}: ${status}`);
        else assert.notEqual(status, 401, `${method} ${path}`);
      }
    }
  });
});

test("the description to read is whole, accessible, and loads nothing", async () => {
  const browser = await launchBrowser();
  try {
    for (const [width, colorScheme] of [
      [1280, "light"],
      [320, "dark"],
    ] as const) {
      const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
      const page = await context.newPage();
      const asked: string[] = [];
      page.on("request", (request) => asked.push(new URL(request.url()).pathname));
      await page.goto(`${platform.url}/docs`);
      assert.equal(await page.locator("article").count(), described().length);
      await page.locator("summary").first().click();
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), true, "no overflow");
      await page.screenshot({ path: new URL(`../artifacts/docs-${colorScheme}.png`, import.meta.url).pathname });
      await page.evaluate(axe.source);
      const violations = await page.evaluate(async () => {
        const { axe: runner } = window as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } };
        return (await runner.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
      });
      assert.deepEqual(violations, []);
      assert.deepEqual(
        [...new Set(asked)].filter((path) => path !== "/favicon.ico"),
        ["/docs"],
      );
      await context.close();
    }
  } finally {
    await browser.close();
  }
});
