import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import type { Browser, Page } from "playwright-core";
import { launchBrowser, openHarness, publishFixture, type Harness, startPlatform, type TestPlatform } from "../../src/index.ts";
import { openDemoSites } from "../demo.ts";
import { publishLevels } from "../management/installed.ts";

const RUN = "top.pwned=parent.pwned=self.pwned=1";
/** Words that would run, load or style something where they are taken for more than words. */
const HOSTILE = [
  `</script><script>${RUN}</script>`,
  `"><img src=x onerror="${RUN}">`,
  `</style><style>*{display:none}`,
  `]]><script>${RUN}</script>`,
  `';${RUN};'`,
  `javascript:${RUN}`,
  `@import "http://evil.localhost/a.css";`,
  `url(javascript:${RUN})`,
  "{{constructor.constructor('self.pwned=1')()}}",
  "${self.pwned=1}",
];
const name = HOSTILE.map((one) => one.slice(0, 40))
  .join("")
  .slice(0, 80);
const text = HOSTILE.join(" ");

const LOCALE = `de"><script>${RUN}</script>`;

/** All requests of a page to hosts that it has no reason to call. */
function watch(page: Page) {
  const faults: string[] = [];
  const strange: string[] = [];
  page.on("pageerror", (error) => faults.push(String(error)));
  page.on("dialog", (dialog) => void dialog.dismiss().finally(() => faults.push("dialog")));
  page.on("request", (request) => /\/\/evil\.|[?&]x$|\/x$/.test(request.url()) && strange.push(request.url()));
  return {
    async isUnharmed(): Promise<void> {
      for (const frame of page.frames()) {
        assert.equal(await frame.evaluate(() => "pwned" in self || "polluted" in {}), false, frame.url());
        assert.equal(await frame.evaluate(() => document.querySelectorAll("img[src=x], style + style, link[href*=evil]").length), 0, frame.url());
      }
      assert.deepEqual([faults, strange], [[], []]);
    },
  };
}

const asJson = (text: string) => JSON.parse(text) as never;

describe("42: hostile labels on a website", () => {
  let harness: Harness;
  let fragment = "";
  before(async () => {
    harness = await openHarness(
      ["probe"],
      (host, path) => {
        if (host !== "shop.localhost" || !["/unnamed", "/fragment"].includes(path)) return undefined;
        // The page's own language goes before the surface's, and may be as hostile.
        const language = path === "/fragment" ? ` lang="${LOCALE.replaceAll('"', "&quot;")}"` : "";
        const line = path === "/fragment" ? fragment : `<script async src="${harness.platform.url}/embed/${harness.siteKey}.js"></script>`;
        return {
          body: `<!doctype html><html${language}><meta charset="utf-8"><title>Shop</title><link rel="icon" href="data:,"><main><h1>Shop</h1></main>${line}`,
        };
      },
      {
        change: (manifest) =>
          Object.assign(manifest, {
            name,
            description: text,
            category: text.slice(0, 40),
            fallback: { kind: "placeholder", text: text.slice(0, 200) },
            settingsSchema: { type: "object", title: text, properties: { title: { type: "string", title: text, description: text } } },
            defaultSettings: { title: text, [name]: text },
            publicSettings: ["/title"],
          }),
      },
    );
    const theme = {
      scheme: "dark",
      accent: "red;}*{display:none}</style><script>",
      font: `x';@import "http://evil.localhost/f.css";url(http://evil.localhost/f)`,
    };
    await harness.platform.database.withPlatform(
      "test change",
      (tx) => tx`update surfaces set name = ${text}, theme = ${tx.json(theme)}, locale = ${LOCALE} where key = ${harness.siteKey}`,
    );
    await sleep(1_000);
    fragment = await (await fetch(`${harness.platform.url}/api/surfaces/${harness.siteKey}/fragment`)).text();
  });
  after(() => harness?.close());

  for (const path of ["unnamed", "fragment"]) {
    test(`stay text in the page, the shell and the module, ${path === "fragment" ? "rendered into the page" : "by the embed snippet"}; every character is shown`, async () => {
      const page = await harness.browser.newPage();
      const { isUnharmed } = watch(page);
      await page.goto(harness.hostUrl + path);
      await page.waitForSelector("dramac-module[state=ready]");
      const told = await harness.tell<{ settings: object; locale: string; theme: { accent: string; font: string } }>(page, "probe", "context");
      assert.deepEqual(told.settings, { title: text });
      assert.match(told.theme.accent, /^red;/);
      assert.equal(told.locale, LOCALE);
      assert.equal(await page.locator("dramac-module >> iframe").getAttribute("title"), name);
      const module = page.frames().find((frame) => frame.parentFrame()?.parentFrame());
      assert.equal(await module?.evaluate(() => getComputedStyle(document.querySelector("h2") as Element).display), "block", "no style came in by the theme");
      assert.equal(await module?.evaluate(() => document.documentElement.dataset.scheme), "dark", "what is a theme is followed");
      await isUnharmed();
      await page.close();
    });
  }

  test("stay text in the message that replaces a removed module", async () => {
    const page = await harness.openHostPage("probe");
    const { isUnharmed } = watch(page);
    await harness.command(page, "probe", "leave", "about:blank");
    await page.waitForSelector("dramac-module:not([state=ready])", { state: "attached" });
    const words = () =>
      page.evaluate(() =>
        [...(document.querySelector("dramac-module")?.shadowRoot?.querySelectorAll("p, [title]") ?? [])]
          .map((one) => (one as HTMLElement).title + one.textContent)
          .join("\n"),
      );
    for (const end = Date.now() + 5_000; !(await words()) && Date.now() < end; ) await sleep(50);
    assert.ok((await words()).includes(text.slice(0, 100)), await words());
    await isUnharmed();
    await page.close();
  });

  test("that change the direction of the text around them, or are invisible in it, are refused when they are published; names in other scripts are accepted", async () => {
    const publish = (change: object) =>
      publishFixture(harness.platform.database, "probe", (manifest) => Object.assign(manifest, { id: "bidi", slug: "bidi", ...change }));
    for (const bad of ["invoice\u202efdp.exe", "\u2066Bank\u2069", "a\u0000b", "two\nlines", "a\u2028b", "tag\u{e0041}", "\u202d"]) {
      await assert.rejects(
        publish({ name: bad }),
        (error: { extra?: { faults?: { path: string }[] } }) => error.extra?.faults?.[0]?.path === "/name",
        JSON.stringify(bad),
      );
    }
    for (const [at, good] of ["חנות", "متجر", "店", "Café & Sons – <b>", "👩‍🍳 Kitchen"].entries()) await publish({ name: good, version: `1.0.${at}` });
  });
});

describe("42: hostile labels in a customer's menu", () => {
  let platform: TestPlatform;
  let demo: { close(): Promise<void> };
  let browser: Browser;
  before(async () => {
    platform = await startPlatform((port) => [{ name: "brochure", origins: [`http://brochure.localhost:${port}`], modules: [] }]);
    await publishLevels(platform, (manifest) => {
      if (manifest.slug !== "probe-client") return;
      const levelFields = {
        entryPoints: { portalPage: "main.js", portalWidget: "main.js" },
        hooks: ["portal:sidebar", "portal:home:widget"],
        permissions: ["read:client"],
      };
      Object.assign(manifest, { ...levelFields, name, defaultSettings: asJson('{"__proto__":{"polluted":true},"a":1}') });
    });
    demo = await openDemoSites(platform);
    browser = await launchBrowser();
  });
  after(async () => {
    await browser?.close();
    await demo?.close();
    await platform?.close();
  });

  test("stay text in the page's menu, and the link opens the module", async () => {
    const context = await browser.newContext();
    const address = `http://portal.localhost:${platform.hostPort}`;
    await context.addCookies([{ name: "who", value: "ada", url: address }]);
    const page = await context.newPage();
    const { isUnharmed } = watch(page);
    await page.goto(address);
    await page.waitForSelector("dramac-module[state=ready]", { state: "attached" });
    assert.deepEqual(await page.locator("#menu a").allTextContents(), [name]);
    assert.equal(await page.locator("#menu a *").count(), 0);
    await page.locator("#menu a").click();
    await page.waitForURL(/\/m\/probe-client$/);
    await page.waitForSelector("dramac-module[state=ready]", { state: "attached" });
    await isUnharmed();
    await context.close();
  });

  test("in the page's address select no module and stay text", async () => {
    const context = await browser.newContext();
    const address = `http://portal.localhost:${platform.hostPort}`;
    await context.addCookies([{ name: "who", value: "ada", url: address }]);
    const page = await context.newPage();
    const { isUnharmed } = watch(page);
    await page.goto(`${address}/m/${encodeURIComponent(`"><img src=x onerror=${RUN}>`)}`);
    await page.waitForSelector("#menu a");
    assert.equal(await page.locator("dramac-module[state=ready]").count(), 0);
    assert.match(String(await page.locator("dramac-module").getAttribute("module")), /^"><img/);
    await isUnharmed();
    await context.close();
  });
});
