import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openHarness, type Harness } from "../../src/index.ts";

let harness: Harness;
before(async () => {
  harness = await openHarness(["villain", "probe"]);
});
after(() => harness?.close());

const came = (results: Record<string, string>) => Object.entries(results).filter(([, result]) => result.startsWith("through"));

describe("A. frame escape", () => {
  test("1, 2: a module cannot navigate, open or read the page or the shell", async () => {
    const page = await harness.openHostPage("villain");
    const results = await harness.tell<Record<string, string>>(page, "villain", "escape", harness.evil);
    const harmless = new Set(["link _top", "link _blank"]);
    assert.deepEqual(
      came(results).filter(([name]) => !harmless.has(name)),
      [],
    );
    assert.equal(page.url(), harness.hostUrl);
    assert.equal(page.context().pages().length, 1);
    assert.deepEqual(harness.evilRequests(), []);
    await page.close();
  });

  for (const action of ["leave", "leaveByMeta", "reload"] as const) {
    test(`3: a module that navigates by ${action} is removed, and no request leaves`, async () => {
      const page = await harness.openHostPage("villain");
      const id = await harness.platform.installation("shop", "villain");
      await harness.command(page, "villain", action, harness.evil);
      await page.waitForSelector(`dramac-module[installation="${id}"][state=failed]`, { state: "attached" });
      assert.equal(
        await page.evaluate((one) => document.querySelector(`dramac-module[installation="${one}"]`)?.shadowRoot?.querySelector("iframe") === null, id),
        true,
      );
      assert.deepEqual(harness.evilRequests(), []);
      const probe = await harness.tell<{ id?: string }>(page, "probe", "request", { method: "GET", endpoint: "/site" });
      assert.ok(probe.id, "the other module still works");
      await page.close();
    });
  }

  test("4: every kind of storage is refused", async () => {
    const page = await harness.openHostPage("villain");
    assert.deepEqual(came(await harness.tell(page, "villain", "storage")), []);
    await page.close();
  });

  test("3: every attempted way to the network is blocked; the broker works", async () => {
    const page = await harness.openHostPage("villain");
    assert.deepEqual(came(await harness.tell(page, "villain", "network", harness.evil)), []);
    await page.waitForTimeout(300);
    assert.deepEqual(harness.evilRequests(), []);
    await page.close();
  });

  test("5: powerful features are denied, no dialog and no download appears", async () => {
    const page = await harness.openHostPage("villain");
    const seen: string[] = [];
    page.on("dialog", (dialog) => seen.push(dialog.type()) && void dialog.dismiss());
    page.on("download", () => seen.push("download"));
    assert.deepEqual(came(await harness.tell(page, "villain", "powers")), []);
    assert.deepEqual(seen, []);
    await page.close();
  });

  test("6: a file of a package opened as a tab is opaque and inert", async () => {
    const plan = (await (await fetch(`${harness.platform.url}/api/surfaces/${harness.siteKey}/plan`)).json()) as { modules: { slug: string; frame: string }[] };
    const frame = new URL(plan.modules.find(({ slug }) => slug === "villain")?.frame ?? "");
    const [row] = await harness.platform.database.withPlatform("test look-up", (tx) => tx`select package_hash from modules where slug = 'villain'`);
    const page = await harness.browser.newPage();
    const response = await page.goto(`${frame.origin}/p/${row?.package_hash as string}/main.js`);
    assert.equal(response?.status(), 200);
    assert.equal(await page.evaluate(() => self.origin), "null");
    assert.equal(response?.headers()["x-content-type-options"], "nosniff");
    assert.deepEqual(await page.context().cookies(), []);
    await page.close();
  });

  test("101: the frame document opened as a tab or by window.open does not run", async () => {
    const plan = (await (await fetch(`${harness.platform.url}/api/surfaces/${harness.siteKey}/plan`)).json()) as { modules: { frame: string }[] };
    const page = await harness.browser.newPage();
    await page.goto(plan.modules[0]?.frame ?? "");
    assert.equal(await page.locator("iframe").count(), 0, "no module was mounted");
    await page.close();
  });

  test("13: a page on an unlisted origin gets no module, and a message that says what to do", async () => {
    const page = await harness.browser.newPage();
    const { port } = new URL(harness.hostUrl);
    await page.goto(`http://other.localhost:${port}/`);
    await page.waitForSelector("dramac-module[state=failed]", { state: "attached" });
    const errorView = page.locator("dramac-module >> [part=error]").first();
    await errorView.waitFor();
    assert.equal(await errorView.getAttribute("data-code"), "origin_not_allowed");
    assert.match((await errorView.getAttribute("title")) ?? "", /Add http:\/\/other\.localhost/);
    assert.equal(await page.locator("main h1").textContent(), "Shop", "the page is unharmed");
    await page.close();
  });
});

describe("B. handshake", () => {
  test("12: a second hello gets no answer; the first port still works", async () => {
    const page = await harness.openHostPage("villain");
    assert.equal(await harness.tell(page, "villain", "helloAgain"), "stopped: no answer");
    await page.close();
  });
});
