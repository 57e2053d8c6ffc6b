import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import type { FrameLocator, Page } from "playwright-core";
import { openHarness, type Harness } from "../src/index.ts";

const UNASKED = `
window.done = [];
window.dramac = function () { (dramac.q = dramac.q || []).push(arguments) };
const actions = ["outside", "inside", "csv"];
const order = () => actions.forEach((action, id) => dramac("event", "actor:run", { action, id }));
addEventListener("click", order);
dramac("on", "event", ({ detail }) => done.push(actions[detail.id]));
dramac("on", "module:ready", order);`;

let harness: Harness;
before(async () => {
  harness = await openHarness(["actor"], (host, path) => {
    if (host !== "shop.localhost") return undefined;
    if (path.startsWith("/elsewhere")) return { body: "<title>Elsewhere</title>" };
    if (path !== "/unasked") return undefined;
    return {
      body: `<!doctype html><html lang="en"><title>Shop</title><link rel="icon" href="data:,"><main><h1>Shop</h1></main><script>${UNASKED}</script><script async src="${harness.platform.url}/embed/${harness.siteKey}.js"></script>`,
    };
  });
});
after(() => harness?.close());

async function open(): Promise<{ page: Page; module: FrameLocator }> {
  const page = await harness.openHostPage("actor");
  return { page, module: page.frameLocator("dramac-module >> iframe").frameLocator("iframe") };
}

test("68: a link to another site opens a tab that knows nothing of this one", async () => {
  const { page, module } = await open();
  await page.context().route("https://outside.example/**", (route) => route.fulfill({ contentType: "text/html", body: "<title>Outside</title>" }));
  const [tab] = await Promise.all([page.context().waitForEvent("page"), module.locator("#outside").click()]);
  await tab.waitForURL("https://outside.example/page");
  assert.deepEqual(await tab.evaluate(() => [window.opener, document.referrer]), [null, ""]);
  assert.equal(page.url(), harness.hostUrl);
  await tab.close();
  await page.close();
});

test("a link to a path of the host goes there, unless the page's own router takes it", async () => {
  const { page, module } = await open();
  await page.evaluate(() => {
    const recorder = window as unknown as { paths: string[] };
    recorder.paths = [];
    addEventListener("dramac:navigate", (event) => {
      recorder.paths.push((event as CustomEvent<{ path: string }>).detail.path);
      if (recorder.paths.length === 1) event.preventDefault();
    });
  });
  await module.locator("#inside").click();
  await page.waitForFunction(() => (window as unknown as { paths: string[] }).paths.length === 1);
  assert.equal(page.url(), harness.hostUrl, "the router took it");
  await module.locator("#inside").click();
  await page.waitForURL(`${harness.hostUrl}elsewhere?from=actor`);
  await page.close();
});

test("68: links within the module scroll; script and protocol-relative links do nothing, and the module lives", async () => {
  const { page, module } = await open();
  const tabs = page.context().pages().length;
  for (const id of ["fragment", "script", "protocol-relative", "two-slashes"]) await module.locator(`#${id}`).click();
  await module.locator("#route").click();
  await page.waitForURL(/dramac-actor=/);
  assert.equal(page.context().pages().length, tabs);
  assert.equal(await page.locator("dramac-module").getAttribute("state"), "ready");
  await page.close();
});

test("a file is saved under a harmless name; a type that is not listed is refused, and the author is told", async () => {
  const { page, module } = await open();
  const [download] = await Promise.all([page.waitForEvent("download"), module.locator("#csv").click()]);
  assert.equal(download.suggestedFilename(), "_bookings.csv");
  assert.equal(readFileSync(await download.path(), "utf8"), "a,b\n1,2\n");
  const [disguised] = await Promise.all([page.waitForEvent("download"), module.locator("#exe").click()]);
  assert.equal(disguised.suggestedFilename(), "invoice.exe.pdf");
  let downloads = 0;
  page.on("download", () => downloads++);
  const [warning] = await Promise.all([page.waitForEvent("console", (message) => message.type() === "warning"), module.locator("#html").click()]);
  assert.match(warning.text(), /unsupported_media_type: Downloads are csv/);
  assert.equal(downloads, 0);
  await page.close();
});

test("nothing opens, navigates or downloads without the visitor's click on the module; a click on the page does not count", async () => {
  const page = await harness.browser.newPage();
  const events: string[] = [];
  page.on("popup", () => events.push("popup"));
  page.on("download", () => events.push("download"));
  // The page itself sends the actions, because everything that a test evaluates counts as a visitor's gesture.
  await page.goto(`${harness.hostUrl}unasked`);
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  await page.mouse.click(5, 5);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  assert.deepEqual(events, []);
  assert.equal(page.url(), `${harness.hostUrl}unasked`);
  assert.deepEqual(await page.evaluate(() => (window as unknown as { done: string[] }).done), ["outside", "inside", "csv", "outside", "inside", "csv"]);
  await page.close();
});

test("a module's route is stored in the page's address and restored after a reload", async () => {
  const { page, module } = await open();
  assert.equal(await module.locator("#where").textContent(), "start");
  await module.locator("#route").click();
  await page.waitForURL(`${harness.hostUrl}?dramac-actor=orders%2F7`);
  await page.reload();
  await page.frameLocator("dramac-module >> iframe").frameLocator("iframe").getByText("orders/7").waitFor();
  await page.close();
});

test("a module with the permission can write consent; the visitor's stored credential is deleted when it is withdrawn", async () => {
  const { page, module } = await open();
  const readStored = () => page.evaluate(readFromPageStore, `dramac:visitor:${harness.siteKey}`);
  assert.match(await harness.tell(page, "actor", "note"), /has no credential/);
  await page.evaluate(() => {
    const { dramac } = window as unknown as { dramac(...call: unknown[]): void };
    dramac("on", "consent", (now: unknown) => Object.assign(window, { now }));
  });
  await module.locator("#agree").click();
  await page.waitForFunction(() => (window as unknown as { now?: { analytics: boolean } }).now?.analytics === true);
  await page.reload();
  await page.waitForSelector("dramac-module[state=ready]");
  assert.equal(await harness.tell(page, "actor", "note"), 1);
  assert.ok(await readStored());
  await page.evaluate(() => (window as unknown as { dramac(...call: unknown[]): void }).dramac("consent", { functional: false }));
  for (let attempt = 0; attempt < 50 && (await readStored()); attempt++) await page.waitForTimeout(50);
  assert.equal(await readStored(), undefined);
  assert.match(await harness.tell(page, "actor", "note"), /has no credential/);
  await page.close();
});

/** What idb-keyval holds on the page: this browser gives a cross-site frame no storage of its own. */
function readFromPageStore(key: string): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open("keyval-store");
    opening.onerror = () => reject(opening.error);
    opening.onsuccess = () => {
      const reading = opening.result.transaction("keyval").objectStore("keyval").get(key);
      reading.onsuccess = () => resolve(reading.result);
      reading.onerror = () => reject(reading.error);
    };
  });
}
