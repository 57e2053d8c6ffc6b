import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { openHarness } from "../src/index.ts";

const READY = "dramac-module[state=ready]";

type Stage = Awaited<ReturnType<typeof openHarness>>;
let harness: Stage;
/** What the page still has to come; resolves when its server may go on. */
let goOn: () => void;

/** A page whose server thinks in the middle of its main, and again behind it. */
async function* slowly([first, ...rest]: readonly [string, ...string[]]) {
  yield first;
  for (const part of rest) {
    await new Promise<void>((resolve) => (goOn = resolve));
    yield part;
  }
}

const head = () =>
  `<!doctype html><html lang="en"><title>Slow</title><link rel="icon" href="data:,"><body><script src="${harness.platform.url}/embed/${harness.siteKey}.js"></script>`;

before(async () => {
  harness = await openHarness(["probe"], (_, path) => {
    if (path === "/main") return { body: slowly([`${head()}<div><main><h1>Boats</h1>`, "<p>Of wood.</p></main></div><footer>End</footer>", "</body>"]) };
    if (path === "/last") return { body: slowly([`${head()}<main><h1>Boats</h1>`, "<p>Of wood.</p></main>", "</body>"]) };
    return undefined;
  });
});
after(() => harness?.close());

describe("a page that loads slowly", () => {
  /** @returns the page, which has got as far as its heading, and whether its module was pushed about after it was painted */
  async function open(path: string) {
    const page = await harness.browser.newPage();
    await page.addInitScript(() => {
      const { pushed } = Object.assign(window, { pushed: [] as string[] });
      type Shift = PerformanceEntry & { sources: { node?: Node }[] };
      new PerformanceObserver((list) => {
        for (const { sources } of list.getEntries() as Shift[]) pushed.push(...sources.map(({ node }) => node?.nodeName ?? ""));
      }).observe({ type: "layout-shift", buffered: true });
    });
    await page.goto(new URL(path, harness.hostUrl).href, { waitUntil: "commit" });
    await page.getByRole("heading").waitFor();
    // Painted, as visitors see it.
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve, 100))));
    return { page, isPushed: () => page.evaluate(() => (window as unknown as { pushed: string[] }).pushed.includes("DRAMAC-MODULE")) };
  }

  test("mounts its module after the content before it, as soon as that is there, and never moves it", async () => {
    const { page, isPushed } = await open("/main");
    assert.equal(await page.locator("dramac-module").count(), 0, "no module follows an incomplete main");
    goOn();
    await page.waitForSelector(READY);
    assert.equal(await page.evaluate(() => document.readyState), "loading", "it runs before the page has come to its end");
    assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll("main,dramac-module,footer")].map(({ localName }) => localName)), [
      "main",
      "dramac-module",
      "footer",
    ]);
    goOn();
    await page.waitForLoadState("load");
    assert.equal(await isPushed(), false);
    await page.close();
  });

  test("mounts it at the end of a page that ends with its main", async () => {
    const { page, isPushed } = await open("/last");
    goOn();
    await page.getByText("Of wood.").waitFor();
    assert.equal(await page.locator("dramac-module").count(), 0);
    goOn();
    await page.waitForSelector(READY);
    assert.equal(await isPushed(), false);
    await page.close();
  });
});
