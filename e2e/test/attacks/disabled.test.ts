import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { openHarness, type Harness } from "../../src/index.ts";

let harness: Harness;
before(async () => {
  harness = await openHarness(["probe"]);
});
after(() => harness?.close());

async function setEnabled(enabled: boolean): Promise<void> {
  const id = await harness.platform.installation("shop", "probe");
  await harness.platform.database.withPlatform("test", (tx) => tx`update site_module_installations set is_enabled = ${enabled} where id = ${id}`);
  await sleep(2_000);
}

describe("L. disabled, but cached as immutable", () => {
  test("103: a page with the old plan loses the module at its next call; a new plan does not mount it", async () => {
    const context = await harness.browser.newContext();
    const open = async () => {
      const page = await context.newPage();
      await page.goto(harness.hostUrl);
      return page;
    };
    const first = await open();
    await first.waitForSelector("dramac-module[state=ready]");
    await setEnabled(false);

    const cached = await open();
    await cached.waitForSelector("dramac-module[state=ready]");
    await harness.command(cached, "probe", "request", { method: "GET", endpoint: "/site" });
    await cached.waitForSelector("dramac-module[state=disabled]", { state: "attached" });
    assert.equal(await cached.locator("dramac-module >> iframe").count(), 0);

    // The frame document stays in the browser's cache; only the script is requested again.
    await first.route("**/embed/**", (route) => route.continue({ headers: { ...route.request().headers(), "cache-control": "no-cache" } }));
    await first.goto("about:blank");
    await first.goto(harness.hostUrl);
    await first.waitForTimeout(1_000);
    assert.equal(await first.locator("dramac-module").count(), 0);

    await setEnabled(true);
    await first.goto("about:blank");
    await first.goto(harness.hostUrl);
    await first.waitForSelector("dramac-module[state=ready]");
    await context.close();
  });
});
