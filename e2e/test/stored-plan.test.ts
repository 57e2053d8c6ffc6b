import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openHarness, type Harness } from "../src/index.ts";

let harness: Harness;
before(async () => {
  harness = await openHarness(["probe"], (host, path) =>
    host === "shop.localhost" && path === "/evergreen"
      ? {
          body: `<!doctype html><html lang="en"><title>Shop</title><link rel="icon" href="data:,"><main><h1>Shop</h1></main><script async src="${harness.platform.url}/loader.js" data-site="${harness.siteKey}"></script>`,
        }
      : undefined,
  );
});
after(() => harness?.close());

const address = () => `${harness.hostUrl}evergreen`;
const ready = "dramac-module[state=ready]";

test("loader.js keeps the last good plan: it carries the page through an outage of the plan", async () => {
  const context = await harness.browser.newContext();
  const page = await context.newPage();
  await page.goto(address());
  await page.waitForSelector(ready);
  await page.route("**/api/surfaces/**", (route) => route.abort());
  await page.route("**/api/sessions", (route) => route.abort());
  await page.goto("about:blank");
  await page.goto(address());
  await page.waitForSelector(ready);
  await context.close();
});

test("a kept plan does not run what has been disabled since: the platform is asked first", async () => {
  const context = await harness.browser.newContext();
  const page = await context.newPage();
  await page.goto(address());
  await page.waitForSelector(ready);
  const id = await harness.platform.installation("shop", "probe");
  const set = (enabled: boolean) =>
    harness.platform.database.withPlatform("test", (tx) => tx`update site_module_installations set is_enabled = ${enabled} where id = ${id}`);
  await set(false);
  await page.waitForTimeout(2_000);
  await page.route("**/api/surfaces/**", (route) => route.abort());
  await page.goto("about:blank");
  await page.goto(address());
  await page.waitForTimeout(2_500);
  assert.equal(await page.locator(ready).count(), 0, "not run from the kept plan");
  assert.equal(await page.locator("h1").textContent(), "Shop");
  await set(true);
  await page.waitForTimeout(2_000);
  await page.goto("about:blank");
  await page.goto(address());
  await page.waitForSelector(ready);
  await context.close();
});

test("destroy() leaves no element, no frame and no surface behind", async () => {
  const page = await harness.openHostPage("probe");
  await page.evaluate(() => (window as unknown as { dramac: { destroy(): void } }).dramac.destroy());
  await page.waitForSelector("dramac-module", { state: "detached" });
  for (let attempt = 0; attempt < 50 && page.frames().length > 1; attempt++) await page.waitForTimeout(50);
  assert.equal(page.frames().length, 1);
  assert.equal(await page.evaluate(() => "surface" in (window as unknown as { dramac: object }).dramac), false);
  await page.close();
});
