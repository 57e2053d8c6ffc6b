import axe from "axe-core";
import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Browser, Page } from "playwright-core";
import { launchBrowser, startPlatform, type TestPlatform } from "../../src/index.ts";
import { openDemoSites } from "../demo.ts";
import { publishLevels } from "../management/installed.ts";

const LEVEL_FIELDS: Readonly<Record<string, object>> = {
  "probe-client": {
    entryPoints: { portalPage: "main.js", portalWidget: "main.js" },
    hooks: ["portal:sidebar", "portal:home:widget"],
    permissions: ["read:client"],
  },
  "probe-agency": {
    entryPoints: { dashboardPage: "main.js", dashboardWidget: "main.js", agencyWidget: "main.js" },
    hooks: ["dashboard:sidebar", "dashboard:home:widget", "agency:home:widget"],
    permissions: ["read:agency"],
  },
};

let platform: TestPlatform;
let demo: { close(): Promise<void> };
let browser: Browser;

before(async () => {
  platform = await startPlatform((port) => [{ name: "brochure", origins: [`http://brochure.localhost:${port}`], modules: [] }]);
  await publishLevels(platform, (manifest) => Object.assign(manifest, LEVEL_FIELDS[String(manifest.slug)]));
  demo = await openDemoSites(platform);
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  await demo?.close();
  await platform?.close();
});

/** Opens a page of a host, with a person signed in or not. */
async function openAs(host: string, who: string, path = "/"): Promise<{ page: Page; pageErrors: string[] }> {
  const context = await browser.newContext();
  const page = await context.newPage();
  const pageErrors: string[] = [];
  page.on("console", (message) => message.type() === "error" && pageErrors.push(message.text()));
  page.on("pageerror", (error) => pageErrors.push(String(error)));
  const address = `http://${host}.localhost:${platform.hostPort}`;
  if (who) await context.addCookies([{ name: "who", value: who, url: address }]);
  await page.goto(`${address}${path}`);
  return { page, pageErrors };
}

const ready = (page: Page) => page.waitForSelector("dramac-module[state=ready]", { state: "attached" });
const modules = (page: Page) => page.locator("dramac-module iframe, dramac-module[state]").count();

/** Has a module on the page ask the platform for something. */
const ask = (page: Page, endpoint: string) =>
  page.evaluate(
    (asked) =>
      new Promise((resolve) => {
        const { dramac } = window as unknown as { dramac: (...call: unknown[]) => void };
        dramac("on", "event", ({ detail }: { detail: { error?: { code: string }; result?: unknown } }) => resolve(detail.error?.code ?? detail.result));
        dramac("event", "probe:run", { action: "request", id: 1, detail: { method: "GET", endpoint: asked } });
      }),
    endpoint,
  );

describe("the portal", () => {
  test("shows its client's member the client's modules, in the menu and as widgets, and lets them ask in the member's name", async () => {
    const { page, pageErrors } = await openAs("portal", "ada");
    await ready(page);
    assert.deepEqual(await page.locator("#menu a").allTextContents(), ["Probe of a client"]);
    assert.equal(((await ask(page, "/client")) as { name: string }).name, "Harbour & Co.");
    await page.locator("#menu a").click();
    await page.waitForURL(/\/m\/probe-client$/);
    await ready(page);
    assert.equal(await page.locator("#menu a[aria-current=page]").count(), 1);
    assert.deepEqual(pageErrors, []);
    await page.context().close();
  });

  test("shows a visitor nothing, and sends the platform no request", async () => {
    const { page, pageErrors } = await openAs("portal", "");
    await page.waitForFunction(() => (window as unknown as { dramac: { ready?: unknown } }).dramac.ready);
    assert.equal(await modules(page), 0);
    assert.match(await page.locator("main").innerText(), /You are not signed in/);
    assert.deepEqual(pageErrors, []);
    await page.context().close();
  });

  test("shows another client's member nothing, and says why", async () => {
    const { page } = await openAs("portal", "bo");
    await page.waitForSelector("#notice:not([hidden])");
    assert.match(await page.locator("#notice").innerText(), /may not use this portal/);
    assert.equal(await modules(page), 0);
    await page.context().close();
  });

  test("takes everything away when its member signs out, and the session ends", async () => {
    const { page } = await openAs("portal", "ada");
    await ready(page);
    assert.equal(((await ask(page, "/client")) as { name: string }).name, "Harbour & Co.");
    const signedOut = page.waitForResponse((response) => response.url().endsWith("/sign-out") && response.status() === 204);
    await page.evaluate(() => (window as unknown as { dramac: (...call: unknown[]) => void }).dramac("identify", null));
    await signedOut;
    await page.waitForFunction(() => !document.querySelector("dramac-module[state=ready] iframe, #menu a"));
    await page.context().close();
  });
});

describe("the agency's dashboard", () => {
  test("shows the agency's people its modules, on the dashboard and on the agency's own page", async () => {
    for (const [path, hook] of [
      ["/", "dashboard:home:widget"],
      ["/agency", "agency:home:widget"],
    ] as const) {
      const { page, pageErrors } = await openAs("agency-dashboard", "lin", path);
      await ready(page);
      assert.equal(await page.locator(`dramac-hook[name="${hook}"] dramac-module`).count(), 1);
      assert.equal(((await ask(page, "/agency")) as { name: string }).name, "Northlight Studio");
      assert.deepEqual(pageErrors, []);
      await page.context().close();
    }
  });

  test("shows a client's member nothing", async () => {
    const { page } = await openAs("agency-dashboard", "ada");
    await page.waitForSelector("#notice:not([hidden])");
    assert.equal(await modules(page), 0);
    await page.context().close();
  });

  test("is readable for everybody, at 320 px too", async () => {
    const { page } = await openAs("agency-dashboard", "grace");
    await ready(page);
    await page.setViewportSize({ width: 320, height: 700 });
    assert.ok((await page.evaluate(() => document.documentElement.scrollWidth)) <= 320);
    await page.evaluate(axe.source);
    const violations = await page.evaluate(async () => {
      const { axe: runner } = window as unknown as { axe: { run(): Promise<{ violations: { id: string }[] }> } };
      return (await runner.run()).violations.map(({ id }) => id);
    });
    assert.deepEqual(violations, []);
    await page.context().close();
  });
});
