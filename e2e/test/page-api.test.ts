import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Page } from "playwright-core";
import { openHarness, type Harness } from "../src/index.ts";

interface Dramac {
  (...call: unknown[]): void;
  readonly ready: Promise<void>;
  readonly modules: readonly { readonly slug: string }[];
  readonly agreed: Readonly<Record<string, boolean>>;
  isModuleEnabled(slug: string): boolean;
  getModule(slug: string): { readonly slug: string } | undefined;
  getModuleSettings(slug: string): Record<string, unknown>;
  getModulesForHook(hook: string): readonly { readonly slug: string }[];
  destroy(): void;
}
type PageWindow = Window & { dramac: Dramac; events: unknown[]; told: unknown[] };

const SNIPPET = `<script>
window.events = [];
window.told = [];
window.dramac = window.dramac || function () { (dramac.q = dramac.q || []).push(arguments) };
dramac("on", "module:ready", ({ module }) => events.push(["ready", module]));
dramac("on", "consent", (consent) => events.push(["consent", consent]));
dramac("on", "plan", ({ modules }) => told.push(modules.map(({ slug }) => slug)));
dramac("on", "destroy", () => told.push("destroyed"));
dramac("consent", { analytics: true });
dramac("nonsense");
</script>`;

let harness: Harness;
before(async () => {
  harness = await openHarness(["probe"], (host, path) =>
    host === "shop.localhost" && path.startsWith("/queue")
      ? {
          body: `<!doctype html><html lang="en"><title>Shop</title><link rel="icon" href="data:,">${SNIPPET}<main><h1>Shop</h1></main><script async src="${harness.platform.url}/embed/${harness.siteKey}.js"></script>`,
        }
      : undefined,
  );
});
after(() => harness?.close());

async function open(query = ""): Promise<{ page: Page; logged: string[] }> {
  const page = await harness.browser.newPage();
  const logged: string[] = [];
  page.on("console", (message) => logged.push(`${message.type()}: ${message.text()}`));
  await page.goto(`${harness.hostUrl}queue${query}`);
  await page.waitForSelector("dramac-module[state=ready]");
  return { page, logged };
}

test("calls before the loader has loaded run in their order; an unknown one is reported", async () => {
  const { page, logged } = await open();
  await page.waitForFunction(() => (window as unknown as PageWindow).events.length === 2);
  assert.deepEqual(await page.evaluate(() => (window as unknown as PageWindow).events), [
    ["consent", { analytics: true }],
    ["ready", "probe"],
  ]);
  assert.equal(
    logged.filter((line) => line.includes('There is no dramac("nonsense"). Known: consent, identify, event, open, close, debug, on, destroy.')).length,
    1,
  );
  await page.close();
});

test("the registry tells what the plan holds, and settings once the module is ready", async () => {
  const { page } = await open();
  const told = await page.evaluate(async () => {
    const { dramac } = window as unknown as PageWindow;
    await dramac.ready;
    return {
      modules: dramac.modules.map(({ slug }) => slug),
      enabled: [dramac.isModuleEnabled("probe"), dramac.isModuleEnabled("other")],
      module: dramac.getModule("probe")?.slug,
      agreed: dramac.agreed,
      settings: [dramac.getModuleSettings("probe"), dramac.getModuleSettings("other")],
      hooks: [dramac.getModulesForHook("site:page:after").length, dramac.getModulesForHook("site:footer").length],
    };
  });
  assert.deepEqual(told, {
    modules: ["probe"],
    enabled: [true, false],
    module: "probe",
    agreed: { analytics: true },
    settings: [{}, {}],
    hooks: [1, 0],
  });
  await page.close();
});

test("?dramac_debug=1 prints a table of what mounted where and why not", async () => {
  const { page, logged } = await open("?dramac_debug=1");
  await page.waitForTimeout(300);
  assert.ok(logged.some((line) => line.startsWith("info: [dramac] surface site_")));
  assert.ok(logged.some((line) => line.startsWith("table:")));
  await page.close();
});

test("after destroy nothing mounts again by itself", async () => {
  const { page } = await open();
  await page.evaluate(() => (window as unknown as PageWindow).dramac.destroy());
  await page.waitForSelector("dramac-module", { state: "detached" });
  await page.evaluate(() => history.pushState({}, "", "/queue/next"));
  await page.waitForTimeout(300);
  assert.equal(await page.locator("dramac-module").count(), 0);
  await page.close();
});

test("listeners get the plan when the runtime has loaded, and the destruction", async () => {
  const { page } = await open();
  await page.waitForFunction(() => (window as unknown as PageWindow).told.length === 1);
  await page.evaluate(() => (window as unknown as PageWindow).dramac.destroy());
  assert.deepEqual(await page.evaluate(() => (window as unknown as PageWindow).told), [["probe"], "destroyed"]);
  await page.close();
});
