import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { Validator } from "@seriousme/openapi-schema-validator";
import axe from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
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

  test("gives each operation an id of its own", () => {
    const ids = Object.values(description.paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId));
    assert.equal(new Set(ids).size, ids.length);
  });

  test("lists exactly the routes that are served", () => {
    const plain = (route: string) => route.replace(/:\w+(?:\{[^}]*\})?|\{\w+\}(?:\.js)?/g, "{}");
    const served = platform.server.app.routes
      .filter(({ method }) => !["ALL", "OPTIONS"].includes(method))
      .map(({ method, path }) => plain(`${method} ${path}`));
    assert.deepEqual([...new Set(described().map(plain))].sort(), [...new Set(served)].sort());
  });

  test("names the operations that need a key: without one they are refused", async () => {
    for (const [path, methods] of Object.entries(description.paths)) {
      for (const [method, { security }] of Object.entries(methods)) {
        const { status } = await dialPort(platform.port, path.replace(/\{\w+\}/g, crypto.randomUUID()), { method: method.toUpperCase() });
        if (security.length) assert.ok([401, 403].includes(status), `${method} ${path}: ${status}`);
        else assert.notEqual(status, 401, `${method} ${path}`);
      }
    }
  });
});

describe("the page that documents the API", () => {
  let browser: Browser;
  before(async () => {
    browser = await launchBrowser();
  });
  after(() => browser?.close());

  /** Opens the page, and collects the paths that it requests and the errors of its script and its policy. */
  async function openDocs(options: BrowserContextOptions = {}) {
    const context = await browser.newContext(options);
    const page = await context.newPage();
    const requested = new Set<string>();
    const errors: string[] = [];
    page.on("request", (request) => requested.add(new URL(request.url()).pathname));
    page.on("pageerror", ({ message }) => errors.push(message));
    page.on("console", (message) => message.type() === "error" && !message.location().url.endsWith("/favicon.ico") && errors.push(message.text()));
    await page.goto(`${platform.url}/docs`);
    return { context, page, requested, errors };
  }

  const shown = (page: Page) => page.locator("article:visible").evaluateAll((articles) => articles.map(({ id }) => id));

  test("is smaller than 200 KB and lists every operation in a named area", async () => {
    const { body } = await dialPort(platform.port, "/docs");
    assert.ok(Buffer.byteLength(body) < 200_000, `${Buffer.byteLength(body)} bytes`);
    const listed = [...body.matchAll(/<article id="([^"]+)"/g)].map(([, id]) => id);
    const ids = Object.values(description.paths).flatMap((methods) => Object.values(methods).map(({ operationId }) => operationId));
    assert.deepEqual(listed.sort(), ids.sort());
    assert.doesNotMatch(body, />Other</, "a tag belongs to no area");
  });

  for (const [width, colorScheme] of [
    [1280, "light"],
    [1280, "dark"],
    [390, "dark"],
    [320, "light"],
    [320, "dark"],
  ] as const) {
    test(`is accessible, does not overflow and loads nothing: ${width} px, ${colorScheme}`, async () => {
      const { context, page, requested, errors } = await openDocs({ viewport: { width, height: 900 }, colorScheme });
      assert.deepEqual((await shown(page)).length, described().length);
      await page.locator("summary").first().click();
      assert.equal(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth), true, "no overflow");
      await page.screenshot({ path: new URL(`../artifacts/docs-${width}-${colorScheme}.png`, import.meta.url).pathname });
      // Through the protocol: the page's policy lets no other script in.
      await page.evaluate(axe.source);
      const violations = await page.evaluate(async () => {
        const { axe: runner } = window as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } };
        return (await runner.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
      });
      assert.deepEqual(violations, []);
      requested.delete("/favicon.ico");
      assert.deepEqual([...requested], ["/docs"]);
      assert.deepEqual(errors, []);
      await context.close();
    });
  }

  test("filters operations by every word that is typed, and follows a link to one that the filter hides", async () => {
    const { context, page, errors } = await openDocs();
    const search = page.getByRole("searchbox", { name: "Search operations" });
    await search.fill("CLIENT sites newest");
    const found = await shown(page);
    assert.ok(found.includes("site.list"), found.join());
    assert.ok(found.length < 20, `${found.length} operations`);
    assert.equal(await page.getByRole("status").textContent(), `${found.length} of ${described().length} operations`);
    await search.fill("no operation has these words");
    assert.deepEqual(await shown(page), []);
    assert.equal(await page.locator("nav a:visible, main h2:visible").count(), 0);
    await page.evaluate(() => {
      location.hash = "#agency.create";
    });
    await page.locator("[id='agency.create']").waitFor();
    assert.equal((await shown(page)).length, described().length);
    assert.equal(await search.inputValue(), "");
    assert.deepEqual(errors, []);
    await context.close();
  });

  test("can be read without JavaScript", async () => {
    const { context, page } = await openDocs({ javaScriptEnabled: false });
    assert.equal(await page.locator("article").count(), described().length);
    assert.equal(await page.locator("article").first().isVisible(), true);
    assert.equal(await page.locator("form").isVisible(), false, "a search that cannot work is not shown");
    await page.locator("summary").first().click();
    assert.equal(await page.locator("pre").first().isVisible(), true);
    await context.close();
  });
});
