import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { LIMITS } from "@dramac/contracts";
import { openHarness, type Harness } from "../../src/index.ts";
import { gap, startMeter } from "./event-loop-gap.ts";

let harness: Harness;
let quick: Harness;
before(async () => {
  quick = await openHarness(["spinner", "raw", "probe"], undefined, { limits: { ...LIMITS, helloMs: 3_000 } });
  harness = await openHarness(["villain", "probe"]);
});
after(async () => {
  await harness?.close();
  await quick?.close();
});

describe("D. flooding", () => {
  for (const action of ["floodTop", "floodParent", "floodPort", "floodFromTheDeep"] as const) {
    test(`27: ${action} removes the module; the page stays responsive and its neighbour answers`, async () => {
      const page = await harness.openHostPage("villain");
      const id = await harness.platform.installation("shop", "villain");
      await startMeter(page);
      await harness.command(page, "villain", action);
      await page.waitForSelector(`dramac-module[installation="${id}"][state=failed]`, { state: "attached", timeout: 5_000 });
      assert.ok((await gap(page)) < 1_000, `the longest gap was ${await gap(page)} ms`);
      const site = await harness.tell<{ name?: string }>(page, "probe", "request", { method: "GET", endpoint: "/site" });
      assert.equal(site.name, "shop");
      await page.evaluate(() => history.pushState(null, "", "?again"));
      await page.waitForTimeout(500);
      assert.equal(await page.locator(`dramac-module[installation="${id}"]`).getAttribute("state"), "failed", "a change of the path does not bring it back");
      await page.close();
    });
  }

  test("27: unrequested answers count as a flood too", async () => {
    const page = await quick.browser.newPage();
    await page.goto(quick.hostUrl, { waitUntil: "commit" });
    const raw = `dramac-module[installation="${await quick.platform.installation("shop", "raw")}"]`;
    await page.waitForSelector(`${raw}[state=ready]`, { state: "attached" });
    const pongs = (count: number) => quick.command(page, "raw", "say", new Array(count).fill('{"type":"PONG"}'));
    await pongs(20);
    await page.waitForTimeout(1_000);
    assert.equal(await page.locator(raw).getAttribute("state"), "ready", "a few are none");
    await pongs(2_000);
    await page.waitForSelector(`${raw}[state=failed]`, { state: "attached", timeout: 5_000 });
    await page.close();
  });

  test("28: a module in an endless loop is removed by its heartbeat, and its neighbour answers meanwhile", async () => {
    const page = await harness.openHostPage("villain");
    const id = await harness.platform.installation("shop", "villain");
    await startMeter(page);
    await harness.command(page, "villain", "spin");
    const started = Date.now();
    const site = await harness.tell<{ name?: string }>(page, "probe", "request", { method: "GET", endpoint: "/site" });
    assert.equal(site.name, "shop");
    assert.ok(Date.now() - started < 2_000);
    await page.waitForSelector(`dramac-module[installation="${id}"][state=failed]`, { state: "attached", timeout: 10_500 });
    assert.ok((await gap(page)) < 1_000);
    await page.close();
  });

  test("28: a module in an endless loop before its hello is removed, the page loads, and its neighbour answers", async () => {
    const page = await quick.browser.newPage();
    await page.goto(quick.hostUrl, { waitUntil: "commit" });
    const spinner = `dramac-module[installation="${await quick.platform.installation("shop", "spinner")}"]`;
    await page.waitForSelector(`${spinner}[state=failed]`, { state: "attached", timeout: 10_000 });
    assert.equal(await page.locator(`${spinner} >> [part=error]`).getAttribute("data-code"), "timeout");
    await page.waitForLoadState("load", { timeout: 5_000 });
    const site = await quick.tell<{ name?: string }>(page, "probe", "request", { method: "GET", endpoint: "/site" });
    assert.equal(site.name, "shop");
    await page.close();
  });
});
