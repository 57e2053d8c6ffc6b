import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openHarness, type Harness } from "../../src/index.ts";

const HOSTILE = `</script><script>top.pwned=parent.pwned=self.pwned=1</script><!--<script>\u2028]]>"'&`;
/** A name is one line: what breaks it is refused. */
const NAME = HOSTILE.replace("\u2028", "").slice(0, 80);
const SETTINGS = JSON.parse(
  JSON.stringify({ title: HOSTILE, nested: { text: HOSTILE } }).replace('"nested":{', '"nested":{"__proto__":{"polluted":true},'),
) as object;

let harness: Harness;
let fragment = "";
before(async () => {
  harness = await openHarness(
    ["probe"],
    (host, path) =>
      host === "shop.localhost" && path === "/fragment"
        ? {
            body: `<!doctype html><html lang="en"><meta charset="utf-8"><title>Shop</title><link rel="icon" href="data:,"><main><h1>Shop</h1></main>${fragment}`,
          }
        : undefined,
    { change: (manifest) => Object.assign(manifest, { name: NAME, defaultSettings: SETTINGS, publicSettings: ["/title", "/nested"] }) },
  );
  fragment = await (await fetch(`${harness.platform.url}/api/surfaces/${harness.siteKey}/fragment`)).text();
});
after(() => harness?.close());

describe("L. hostile texts in inlined data", () => {
  for (const path of ["", "fragment"]) {
    test(`106: labels and settings stay text in page, shell and module, with ${path ? "the plan in the page" : "the embed snippet"}`, async () => {
      const page = await harness.browser.newPage();
      const pageErrors: string[] = [];
      page.on("pageerror", (error) => pageErrors.push(String(error)));
      await page.goto(harness.hostUrl + path);
      await page.waitForSelector("dramac-module[state=ready]");
      const { settings } = await harness.tell<{ settings: Record<string, unknown> }>(page, "probe", "context");
      assert.deepEqual(settings, { title: HOSTILE, nested: { text: HOSTILE } }, "every character arrived, and no prototype");
      for (const frame of page.frames()) assert.equal(await frame.evaluate(() => "pwned" in self || "polluted" in {}), false, frame.url());
      assert.equal(await page.locator("dramac-module >> iframe").getAttribute("title"), NAME);
      assert.deepEqual(pageErrors, []);
      await page.close();
    });
  }
});
