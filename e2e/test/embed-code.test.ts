import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { openHarness, type Harness } from "../src/index.ts";

interface Codes {
  readonly line: string;
  readonly element: string;
  readonly iframe: string;
}

const codes: { current?: Codes } = {};
const shopWith = (body: string) => ({
  body: `<!doctype html><html lang="en"><meta charset="utf-8"><title>Shop</title><link rel="icon" href="data:,"><main><h1>Shop</h1>${body}</main>`,
});

let harness: Harness;
before(async () => {
  harness = await openHarness(["probe"], (host, path) => {
    if (host !== "shop.localhost" || !codes.current) return undefined;
    if (path === "/element") return shopWith(codes.current.element);
    if (path === "/slow")
      return shopWith(
        codes.current.element.replace(
          /<script async src="([^"]+)"><\/script>/,
          `<script>setTimeout(() => { const s = document.createElement("script"); s.src = "$1"; document.body.append(s) }, 1500)</script>`,
        ),
      );
    if (path === "/iframe") return shopWith(codes.current.iframe);
    return undefined;
  });
  codes.current = (await (await askForCodes(harness.platform.seeded.keys.agencyOwner)).json()) as Codes;
});
after(() => harness?.close());

async function askForCodes(key: string): Promise<Response> {
  const { id } = harness.platform.seeded.sites.shop as { id: string };
  const installation = await harness.platform.installation("shop", "probe");
  return fetch(`${harness.platform.url}/api/sites/${id}/installations/${installation}/embed-codes`, { headers: { authorization: `Bearer ${key}` } });
}

test("only holders of the agency's key get the codes", async () => {
  assert.equal((await askForCodes("dk_live_000000000000000000000000000000")).status, 401);
  assert.match(codes.current?.line ?? "", /^<script async src="http:\/\/localhost:\d+\/embed\/site_\w+\.js"><\/script>$/);
});

for (const [path, what] of [
  ["element", "the frame that the parser started is adopted"],
  ["slow", "a frame that said hello long before the script came is adopted"],
] as const) {
  test(`the code for one module: ${what}, loaded once, sized, and connected`, async () => {
    const page = await harness.browser.newPage();
    const pageErrors: string[] = [];
    page.on("console", (message) => ["error", "warning"].includes(message.type()) && pageErrors.push(message.text()));
    let documents = 0;
    page.on("request", (request) => {
      if (new URL(request.url()).pathname.startsWith("/f/")) documents++;
    });
    await page.goto(`${harness.hostUrl}${path}`);
    await page.waitForSelector("main dramac-module[state=ready]");
    assert.equal(documents, 1, "the frame was fetched once");
    assert.equal(await page.locator("dramac-module").count(), 1, "the hook makes no second one");
    assert.ok(((await page.locator("dramac-module").boundingBox())?.height ?? 0) > 20, "it has the module's height");
    const site = await harness.tell<{ data?: unknown; name?: string }>(page, "probe", "request", { method: "GET", endpoint: "/site" });
    assert.equal(site.name, "shop");
    assert.deepEqual(pageErrors, []);
    await page.close();
  });
}

test("the plain iframe runs a module on pages without scripts, and only on a listed origin", async () => {
  const page = await harness.browser.newPage();
  await page.goto(`${harness.hostUrl}iframe`);
  const module = page.frameLocator("main > iframe").frameLocator("iframe");
  await module.getByRole("heading", { name: "Probe" }).waitFor();
  await page.goto(`http://evil.localhost:${harness.platform.hostPort}/`);
  await page.evaluate((html) => {
    window.document.body.innerHTML = html;
  }, codes.current?.iframe ?? "");
  await page.waitForTimeout(1_000);
  assert.equal(await page.frameLocator("iframe").frameLocator("iframe").locator("h2").count(), 0);
  await page.close();
});
