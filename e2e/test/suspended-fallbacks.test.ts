import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import axe from "axe-core";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { dialPort, launchBrowser, publishFixture, startHostServer, startPlatform, type TestPlatform } from "../src/index.ts";
import { openDemoSites } from "./demo.ts";

const WORDS = "The calendar is not available at the moment. Please call us from seven to four.";

let platform: TestPlatform;
let demo: { close(): Promise<void> };
let hosts: { close(): Promise<void> };
let browser: Browser;
/** A port of its own: the demo hosts have the other one. */
let shop = "";
before(async () => {
  platform = await startPlatform((port) => [{ name: "shop", origins: [`http://shop.localhost:${port + 2}`], modules: ["calendar", "banner"] }]);
  const inline = { kind: "inline", heights: { narrow: 400, medium: 400, wide: 400 } };
  const site = {
    installLevel: "site",
    entryPoints: { siteBody: "main.js" },
    hooks: ["site:page:after"],
    permissions: [],
    consent: "necessary",
    presentation: inline,
  };
  for (const [slug, more] of [
    ["calendar", { ...site, fallback: { kind: "placeholder", text: WORDS } }],
    ["banner", site],
    [
      "ledger",
      {
        installLevel: "client",
        entryPoints: { portalPage: "main.js", portalWidget: "main.js" },
        hooks: ["portal:sidebar", "portal:home:widget"],
        permissions: [],
        consent: "necessary",
        fallback: { kind: "placeholder", text: WORDS },
      },
    ],
    ["desk", { installLevel: "agency", entryPoints: { dashboardWidget: "main.js" }, hooks: ["dashboard:home:widget"], permissions: [], consent: "necessary" }],
  ] as const)
    await publishFixture(platform.database, "probe", (manifest) => Object.assign(manifest, { id: slug, slug, name: slug, ...more }));
  await seed();
  demo = await openDemoSites(platform);
  // The line blocks here, as it seems to from a cache: only what the faces do can shift anything.
  hosts = await startHostServer(platform.hostPort + 2, () => ({
    body: `<!doctype html><html lang="en"><title>Shop</title><script src="${platform.url}/embed/${siteKey}.js"></script><link rel="icon" href="data:,"><style>body{color:#1d2430;background:#fff;font:16px/1.5 sans-serif}</style><main><h1>Shop</h1><p>Boats.</p></main><p>After it.</p>`,
  }));
  shop = `http://shop.localhost:${platform.hostPort + 2}/`;
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  await hosts?.close();
  await demo?.close();
  await platform?.close();
});
beforeEach(() => sell("free"));

let siteKey = "";
/** The site's modules, which were published after the platform was seeded. */
async function seed(): Promise<void> {
  siteKey = platform.seeded.sites.shop?.siteKey ?? "";
  await rows(`insert into site_module_installations (agency_id, client_id, site_id, module_id)
    select s.agency_id, s.client_id, s.id, m.id from sites s, modules m where s.name = 'shop' and m.install_level = 'site'`);
}

const rows = (query: string) => platform.database.withPlatform("test sale", (tx) => tx.unsafe(query));
/** Suspends the modules without a subscription, by giving them a price. Resolves when plans show it. */
async function sell(type: "free" | "monthly"): Promise<void> {
  await rows(`update modules set pricing_type = '${type}', wholesale_price_monthly = 900`);
  const wanted = type === "free" ? "active" : "suspended";
  const end = Date.now() + 2_000;
  for (;;) {
    const { modules } = JSON.parse((await dialPort(platform.port, `/api/surfaces/${siteKey}/plan`)).body) as { modules: { state: string }[] };
    if (modules.length && modules.every(({ state }) => state === wanted)) return;
    assert.ok(Date.now() < end, `a change took longer than two seconds: ${JSON.stringify(modules.map(({ state }) => state))}`);
  }
}

interface Shift extends PerformanceEntry {
  readonly value: number;
}
async function open(page: Page, address: string): Promise<void> {
  await page.addInitScript(() => {
    const { shifts } = Object.assign(window, { shifts: [] as number[] });
    new PerformanceObserver((list) => {
      for (const { value } of list.getEntries() as Shift[]) shifts.push(value);
    }).observe({ type: "layout-shift", buffered: true });
  });
  await page.goto(address);
}

/** The rules of axe that a face can break; pages of tests have no landmarks. */
async function assertSound(page: Page): Promise<void> {
  await page.evaluate(axe.source);
  const violations = await page.evaluate(async () => {
    const { axe: runner } = window as unknown as { axe: { run(options: unknown): Promise<{ violations: { id: string }[] }> } };
    return (await runner.run({ rules: { region: { enabled: false } } })).violations.map(({ id }) => id);
  });
  assert.deepEqual(violations, []);
  const wide = () =>
    [...document.querySelectorAll("body *")].filter((one) => one.getBoundingClientRect().right > innerWidth).map(({ outerHTML }) => outerHTML.slice(0, 200));
  assert.deepEqual(await page.evaluate(wide), [], "nothing is wider than the page");
}

describe("a suspended module on a website", () => {
  test("is its fallback to visitors: its words, no frame, and not why; one that hides takes no space", async () => {
    await sell("monthly");
    const page = await browser.newPage({ viewport: { width: 320, height: 700 } });
    await open(page, shop);
    await page.getByText(WORDS).waitFor();
    assert.equal(await page.locator("dramac-module iframe").count(), 0);
    assert.equal(await page.getByText(/subscription|paid/).count(), 0);
    const heightOf = async (slug: string) =>
      (await page.locator(`dramac-module[installation="${await platform.installation("shop", slug)}"]`).boundingBox())?.height;
    const words = (await heightOf("calendar")) ?? 0;
    assert.ok(words > 40 && words < 200, String(words));
    assert.equal(await heightOf("banner"), 0);
    await assertSound(page);
    await page.close();
  });

  for (const width of [320, 768, 1440])
    test(`shifts nothing on a second visit, ${width} px wide, whether it ran before or not`, async () => {
      // What the visitor's browser keeps of a plan for a minute is left behind, what it stored is not: a test has no minute.
      let storageState: Awaited<ReturnType<BrowserContext["storageState"]>> | undefined;
      const visit = async (selector: string) => {
        const context = await browser.newContext({ viewport: { width, height: 800 }, ...(storageState && { storageState }) });
        const page = await context.newPage();
        await open(page, shop);
        await page.waitForSelector(selector);
        await page.waitForTimeout(400);
        const shifts = await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts);
        storageState = await context.storageState();
        await context.close();
        return shifts;
      };
      const installation = await platform.installation("shop", "calendar");
      const [ready, disabled] = ["ready", "disabled"].map((state) => `dramac-module[installation="${installation}"][state=${state}]`) as [string, string];
      await visit(ready);
      await sell("monthly");
      await visit(disabled);
      assert.deepEqual(await visit(disabled), []);
      await sell("free");
      assert.deepEqual(await visit(ready), [], "back again it has the space that it had");
    });

  test("is there again when it is paid for, and runs over its limit", async () => {
    await rows("update site_module_installations set limit_status = 'over_limit'");
    const page = await browser.newPage();
    await open(page, shop);
    await page.waitForSelector(`dramac-module[installation="${await platform.installation("shop", "calendar")}"][state=ready]`);
    assert.equal(await page.getByText(WORDS).count(), 0);
    await rows("update site_module_installations set limit_status = 'within'");
    await page.close();
  });
});

describe("a suspended module behind a sign-in", () => {
  const openAs = async (who: string, host = "portal") => {
    const url = `http://${host}.localhost:${platform.hostPort}/`;
    const context = await browser.newContext({ viewport: { width: 320, height: 800 }, colorScheme: "dark" });
    await context.addCookies([{ name: "who", value: who, url }]);
    const page = await context.newPage();
    await page.goto(url);
    return page;
  };

  test("tells a client's members whom to ask, also on the menu's page; later visitors do not see it", async () => {
    await sell("monthly");
    const page = await openAs("ada");
    const reason = page.locator("[part=reason]");
    await reason.getByText("Please ask your agency.").waitFor();
    assert.deepEqual(await reason.evaluate((one) => [one.getAttribute("role"), one.textContent]), [
      "status",
      "ledger is not running at the moment.It is not paid for at the moment. Please ask your agency.",
    ]);
    assert.equal(await page.getByText(WORDS).count(), 0, "a member needs no excuse");
    await assertSound(page);
    await page.locator("#menu a").click();
    await reason.getByText("not paid for").waitFor();
    await page.evaluate(() => (window as unknown as { dramac: (...call: unknown[]) => void }).dramac("identify", null));
    await reason.waitFor({ state: "detached" });
    await page.context().close();
  });

  test("tells the agency's own members the status of its payments", async () => {
    await sell("monthly");
    const page = await openAs("lin", "agency-dashboard");
    await page.locator("[part=reason]").getByText("The agency has no subscription to this module.").first().waitFor();
    await page.context().close();
  });

  test("runs for a member who comes after it was paid for", async () => {
    // Not Ada: a member who has just signed out is refused until the second is over.
    const page = await openAs("grace");
    await page.waitForSelector("dramac-module[state=ready]");
    assert.equal(await page.locator("[part=reason]").count(), 0);
    await page.context().close();
  });
});
