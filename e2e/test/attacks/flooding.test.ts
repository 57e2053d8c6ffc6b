import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import type { Page } from "playwright-core";
import { openStage, type Stage } from "../../src/index.ts";

let stage: Stage;
before(async () => {
  stage = await openStage(["villain", "probe"]);
});
after(() => stage?.close());

/** Longest time, in milliseconds, in which the page's own event loop did not turn. */
const startMeter = (page: Page) =>
  page.evaluate(() => {
    const meter = window as unknown as { gap: number };
    let last = performance.now();
    meter.gap = 0;
    setInterval(() => {
      const now = performance.now();
      meter.gap = Math.max(meter.gap, now - last);
      last = now;
    }, 5);
  });
const gap = (page: Page) => page.evaluate(() => (window as unknown as { gap: number }).gap);

describe("D. flooding", () => {
  for (const deed of ["floodTop", "floodParent", "floodPort"] as const) {
    test(`27: ${deed} takes the module off; the page stays responsive and its neighbour answers`, async () => {
      const page = await stage.openShop("villain");
      const id = await stage.platform.installation("shop", "villain");
      await startMeter(page);
      await stage.command(page, "villain", deed);
      await page.waitForSelector(`dramac-module[installation="${id}"][state=failed]`, { state: "attached", timeout: 5_000 });
      assert.ok((await gap(page)) < 1_000, `the longest gap was ${await gap(page)} ms`);
      const site = await stage.tell<{ name?: string }>(page, "probe", "request", { method: "GET", endpoint: "/site" });
      assert.equal(site.name, "shop");
      await page.close();
    });
  }

  test("28: a module that spins is taken off by its heartbeat, and its neighbour answers meanwhile", async () => {
    const page = await stage.openShop("villain");
    const id = await stage.platform.installation("shop", "villain");
    await startMeter(page);
    await stage.command(page, "villain", "spin");
    const started = Date.now();
    const site = await stage.tell<{ name?: string }>(page, "probe", "request", { method: "GET", endpoint: "/site" });
    assert.equal(site.name, "shop");
    assert.ok(Date.now() - started < 2_000);
    await page.waitForSelector(`dramac-module[installation="${id}"][state=failed]`, { state: "attached", timeout: 10_500 });
    assert.ok((await gap(page)) < 1_000);
    await page.close();
  });
});
