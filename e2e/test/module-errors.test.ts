import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { openTcpProxy, openHarness, type Harness, startPlatform } from "../src/index.ts";

let harness: Harness;
before(async () => {
  harness = await openHarness(["probe", "thrower", "mute"], (host, path) => {
    if (host === "builder.localhost")
      return { body: `<!doctype html><title>Builder</title><h1>Builder</h1><iframe id="preview" src="${harness.hostUrl}" width="800" height="600"></iframe>` };
    if (path === "/unknown")
      return {
        body: `<!doctype html><title>Unknown</title><h1>Unknown</h1><script async src="${harness.platform.url}/embed/site_${"0".repeat(22)}.js"></script>`,
      };
    if (path === "/down")
      return { body: `<!doctype html><title>Down</title><h1>Down</h1><script async src="http://localhost:9/embed/${harness.siteKey}.js"></script>` };
    return undefined;
  });
});
after(() => harness?.close());

async function open(path = ""): Promise<{ page: Page; pageErrors: string[] }> {
  const page = await harness.browser.newPage();
  const pageErrors: string[] = [];
  // Errors of the thrower's own frame are its own; the page must have none.
  page.on("pageerror", (error) => !String(error).includes("kettle") && pageErrors.push(String(error)));
  await page.goto(harness.hostUrl + path);
  return { page, pageErrors };
}

const elementOf = async (slug: string) => `dramac-module[installation="${await harness.platform.installation("shop", slug)}"]`;

/** The code of the error view that replaces a module, once it is shown. */
async function codeOf(page: Page, selector: string, timeout = 5_000): Promise<string | null> {
  const errorView = page.locator(`${selector} >> [part=error]`);
  await errorView.waitFor({ timeout });
  return errorView.getAttribute("data-code");
}

const isUnharmed = async (page: Page, pageErrors: string[]) => {
  assert.ok(await page.locator("h1").first().isVisible());
  assert.deepEqual(pageErrors, []);
};

describe("errors show a message with a code, and do not affect the page", () => {
  test("a module that throws at start shows an error and can be retried; its neighbour works", async () => {
    const { page, pageErrors } = await open();
    const selector = await elementOf("thrower");
    assert.equal(await codeOf(page, selector), "module_error");
    assert.match((await page.locator(`${selector} >> [part=error]`).getAttribute("title")) ?? "", /kettle/);
    await page.locator(`${selector} >> button`).click();
    assert.equal(await codeOf(page, selector), "module_error");
    await page.waitForSelector(`${await elementOf("probe")}[state=ready]`);
    await isUnharmed(page, pageErrors);
    await page.close();
  });

  test("a module that never says hello times out after 15 s, and shows loading until then", async () => {
    const { page, pageErrors } = await open();
    const selector = await elementOf("mute");
    await page.waitForTimeout(8_000);
    assert.equal(await page.locator(selector).getAttribute("state"), "loading");
    assert.equal(await codeOf(page, selector, 10_000), "timeout");
    await isUnharmed(page, pageErrors);
    await page.close();
  });

  test("a module removed during its handshake leaves nothing, and mounts again when it is added again", async () => {
    const page = await harness.browser.newPage();
    const pageErrors: string[] = [];
    page.on("pageerror", (error) => !String(error).includes("kettle") && pageErrors.push(String(error)));
    await page.addInitScript(() => {
      new MutationObserver((_, observer) => {
        const element = document.querySelector("dramac-module");
        if (!element?.shadowRoot?.querySelector("iframe")) return;
        observer.disconnect();
        element.remove();
        setTimeout(() => document.querySelector("main")?.after(element), 300);
      }).observe(document, { childList: true, subtree: true });
    });
    await page.goto(harness.hostUrl);
    await page.waitForSelector(`${await elementOf("probe")}[state=ready]`);
    await isUnharmed(page, pageErrors);
    await page.close();
  });

  test("an unknown key and a platform that is down change nothing on the page", async () => {
    for (const path of ["unknown", "down"]) {
      const { page, pageErrors } = await open(path);
      await page.waitForTimeout(500);
      assert.equal(await page.locator("dramac-module").count(), 0);
      await isUnharmed(page, pageErrors);
      await page.close();
    }
  });

  test("a site builder's preview is refused until its origin is listed, then shown", async () => {
    const builder = harness.hostUrl.replace("shop.", "builder.");
    const key = harness.siteKey;
    const ready = `${await elementOf("probe")}[state=ready]`;
    const page = await harness.browser.newPage();
    await page.goto(builder);
    await page.waitForTimeout(2_500);
    assert.equal(await page.frameLocator("#preview").locator(ready).count(), 0);
    await harness.platform.database.withPlatform("test", (tx) => tx`update surfaces set preview_origins = ${[new URL(builder).origin]} where key = ${key}`);
    await page.waitForTimeout(1_000);
    const context = await harness.browser.newContext();
    const second = await context.newPage();
    await second.goto(builder);
    await second.frameLocator("#preview").locator(ready).waitFor({ timeout: 5_000 });
    await context.close();
    await page.close();
  });

  test("a plan with an unknown field and an unknown hook mounts what it knows and reports the hook in debug mode", async () => {
    const page = await harness.browser.newPage();
    const logged: string[] = [];
    page.on("console", (message) => logged.push(message.text()));
    await page.route(`**/embed/${harness.siteKey}.js`, async (route) => {
      const response = await route.fetch();
      const body = (await response.text())
        .replace('"plan":1', '"future":{"a":1},"plan":1')
        .replace(/("slug":"mute".*?"hook":)"site:page:after"/, '$1"site:moon"');
      await route.fulfill({ response, body });
    });
    await page.goto(`${harness.hostUrl}?dramac_debug=1`);
    await page.waitForSelector(`${await elementOf("probe")}[state=ready]`);
    await page.waitForFunction(() => document.querySelectorAll("dramac-module").length === 2);
    assert.ok(
      logged.some((line) => line.includes("site:moon")),
      "the unknown hook is named",
    );
    await page.close();
  });
});

test("a missing package leaves its module out of the plan; with the package back it returns", async () => {
  const plan = async () =>
    ((await (await fetch(`${harness.platform.url}/api/surfaces/${harness.siteKey}/plan`)).json()) as { modules: { slug: string }[] }).modules.map(
      ({ slug }) => slug,
    );
  assert.ok((await plan()).includes("mute"));
  await harness.platform.database.withPlatform(
    "test",
    (tx) =>
      tx`update module_version_files set path = 'gone.js' where path = 'main.js' and version_id = (select v.id from module_versions v join modules m on m.id = v.module_id where m.slug = 'mute')`,
  );
  await harness.platform.database.withPlatform("test", (tx) => tx`update modules set name = 'Mute' where slug = 'mute'`);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  assert.equal((await plan()).includes("mute"), false);
  assert.ok((await plan()).includes("probe"));
});

test("while the database is down plans are served and writes are refused as retryable; afterwards all works again", async () => {
  let databaseProxy: Awaited<ReturnType<typeof openTcpProxy>> | undefined;
  const platform = await startPlatform(() => [{ name: "shop", origins: ["http://shop.example"], modules: ["probe"] }], {
    fixtures: ["probe"],
    routeDatabaseUrl: async (url) => {
      const address = new URL(url);
      databaseProxy = await openTcpProxy(Number(address.port || 5_432));
      address.hostname = "127.0.0.1";
      address.port = String(databaseProxy.port);
      return address.href;
    },
  });
  try {
    const { siteKey } = platform.seeded.sites.shop as { siteKey: string };
    const plan = () => fetch(`${platform.url}/api/surfaces/${siteKey}/plan`);
    const id = await platform.installation("shop", "probe");
    const write = () =>
      fetch(`${platform.url}/api/modules/${id}/proxy`, {
        method: "POST",
        headers: { "content-type": "application/json", authorization: `Bearer ${platform.seeded.keys.agencyOwner}` },
        body: JSON.stringify({ requestId: 1, method: "POST", endpoint: "/storage/notes", data: { data: { text: "x" } } }),
      });
    assert.equal((await plan()).status, 200);
    assert.equal((await write()).status, 200);
    const cached = await plan();
    assert.equal(cached.status, 200);
    await databaseProxy?.cut();
    const refused = await write();
    assert.equal(refused.status, 503);
    assert.equal(((await refused.json()) as { code: string }).code, "unavailable");
    assert.ok(refused.headers.get("retry-after"));
    assert.equal((await fetch(`${platform.url}/livez`)).status, 200);
    assert.equal((await fetch(`${platform.url}/readyz`)).status, 503);
    await databaseProxy?.restore();
    for (let attempt = 0; attempt < 20 && (await write()).status !== 200; attempt++) await new Promise((resolve) => setTimeout(resolve, 250));
    assert.equal((await write()).status, 200);
  } finally {
    await databaseProxy?.restore().catch(() => undefined);
    await platform.close();
    await databaseProxy?.cut();
  }
});
