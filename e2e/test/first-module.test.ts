import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import type { Browser } from "playwright-core";
import { launchBrowser, startHostServer, startPlatform, type TestPlatform } from "../src/index.ts";

let platform: TestPlatform;
let browser: Browser;
let hosts: Awaited<ReturnType<typeof startHostServer>>;

before(async () => {
  platform = await startPlatform((port) => [{ name: "shop", origins: [`http://shop.localhost:${port}`], modules: ["probe"] }], { fixtures: ["probe"] });
  hosts = await startHostServer(platform.hostPort, (_, path) =>
    path === "/"
      ? {
          body: `<!doctype html><html lang="en"><title>Shop</title><link rel="icon" href="data:,"><main><h1>Shop</h1></main><script async src="${platform.url}/embed/${platform.seeded.sites.shop?.siteKey}.js"></script>`,
        }
      : undefined,
  );
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  await hosts?.close();
  await platform?.close();
});

test("the embed snippet mounts a module after main, ready and with its height", async () => {
  const page = await browser.newPage();
  const pageErrors: string[] = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && pageErrors.push(message.text()));
  page.on("pageerror", (error) => pageErrors.push(error.message));
  await page.goto(`http://shop.localhost:${platform.hostPort}/`);
  await page.waitForSelector("dramac-module[state=ready]", { timeout: 10_000 }).catch((error) => {
    console.log(pageErrors);
    throw error;
  });
  const box = await page.locator("dramac-module").boundingBox();
  assert.ok((box?.height ?? 0) > 20, "the element has the module's height");
  assert.equal(await page.evaluate(() => document.querySelector("main")?.nextElementSibling?.tagName), "DRAMAC-MODULE");
  assert.deepEqual(pageErrors, []);
  await page.close();
});
