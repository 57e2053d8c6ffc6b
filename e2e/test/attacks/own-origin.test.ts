import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { installationLabel, type InstallationId } from "@dramac/contracts";
import { dialPort, openHarness, type Harness } from "../../src/index.ts";

let harness: Harness;
let id: InstallationId;
let fragment = "";
before(async () => {
  harness = await openHarness(["probe"], (host, path) =>
    host === "shop.localhost" && path === "/included"
      ? { body: `<!doctype html><html lang="en"><meta charset="utf-8"><title>Shop</title><main><h1>Shop</h1></main>${fragment}` }
      : undefined,
  );
  id = (await harness.platform.installation("shop", "probe")) as InstallationId;
});
after(() => harness?.close());

const framesHost = () => `${installationLabel(id)}.frames.localhost:${harness.platform.port}`;

async function sessionStatus(hostOrigin: string): Promise<number> {
  const answer = await dialPort(harness.platform.port, "/api/sessions", {
    method: "POST",
    headers: { "content-type": "application/json", origin: `http://${framesHost()}` },
    body: JSON.stringify({ installation: id, surface: harness.siteKey, hostOrigin }),
  });
  return answer.status;
}

describe("123: pages on the platform's own origin", () => {
  test("a fragment opened as a page is opaque and runs nothing; a server that includes it gets its script", async () => {
    const address = `${harness.platform.url}/api/surfaces/${harness.siteKey}/fragment`;
    const page = await harness.browser.newPage();
    await page.goto(address);
    await sleep(1_000);
    assert.equal(await page.evaluate(() => self.origin), "null");
    assert.equal(await page.locator("script").count(), 1);
    assert.equal(await page.evaluate(() => "dramac" in self || document.querySelector("dramac-module") !== null), false);
    await page.close();

    fragment = await (await fetch(address)).text();
    const included = await harness.browser.newPage();
    await included.goto(`${harness.hostUrl}included`);
    await included.waitForSelector("dramac-module[state=ready]");
    await included.close();
  });

  test("a platform origin on a surface's list gets no frame and no session; another origin on the list does", async () => {
    const shop = new URL(harness.hostUrl).origin;
    const { port, url, database } = harness.platform;
    const ours = [url, `http://media.localhost:${port}`, `http://${framesHost()}`, `http://*.frames.localhost:${port}`, `http://*.localhost:${port}`, "*"];
    await database.withPlatform("test", (tx) => tx`update surfaces set origins = ${[...ours, shop]}, preview_origins = ${ours} where key = ${harness.siteKey}`);
    await sleep(1_000);
    const { status, headers } = await dialPort(port, `/f/${harness.siteKey}`, { host: framesHost() });
    assert.equal(status, 200);
    assert.match(String(headers["content-security-policy"]), new RegExp(`frame-ancestors ${shop};`));
    assert.equal(await sessionStatus(shop), 200);
    for (const origin of [url, `http://media.localhost:${port}`, `http://${framesHost()}`]) assert.equal(await sessionStatus(origin), 403, origin);
  });
});
