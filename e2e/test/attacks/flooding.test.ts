import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openStage, type Stage } from "../../src/index.ts";
import { gap, startMeter } from "./gap-meter.ts";

let stage: Stage;
before(async () => {
  stage = await openStage(["villain", "probe"]);
});
after(() => stage?.close());

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
