import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { launchBrowser } from "@dramac/e2e";
import { build } from "esbuild";
import type { Browser, Page } from "playwright-core";
import { createElement, StrictMode } from "react";
import { renderToString } from "react-dom/server";
import { App } from "./fixtures/app.ts";
import type { Rows, PageMock } from "./fixtures/page.ts";

type Report = Readonly<Record<string, unknown>>;
type PageWindow = Window & { pageMock: PageMock; dramac?: unknown };

const ROWS: Rows = [
  ["form", { name: "The form", hook: "site:page:after" }],
  ["chat", { state: "suspended", hook: "site:footer", level: "client" }],
];
const nothing = { isReady: false, modules: [], clients: [], notClients: 0, agreed: {}, isEnabled: false, settings: {}, footer: [], path: "" };

let browser: Browser;
let client: string;
let pageMock: string;
before(async () => {
  [client, pageMock] = (await Promise.all(["client", "page"].map(bundle))) as [string, string];
  browser = await launchBrowser();
});
after(() => browser?.close());

/** Bundles React's development build, because only that reports a mismatch. */
async function bundle(name: string): Promise<string> {
  const entry = fileURLToPath(new URL(`./fixtures/${name}.ts`, import.meta.url));
  const built = await build({ entryPoints: [entry], bundle: true, write: false, format: "iife", define: { "process.env.NODE_ENV": '"development"' } });
  return built.outputFiles[0]?.text ?? "";
}

const drawOnServer = () => renderToString(createElement(StrictMode, null, createElement(App)));

/** Opens the page that the server has rendered. With `early` a loader has changed it before hydration. */
async function open({ early }: { early: boolean }): Promise<{ page: Page; errors: string[] }> {
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && errors.push(message.text()));
  page.on("pageerror", (error) => errors.push(String(error)));
  await page.setContent(`<!doctype html><title>Shop</title><div id="root">${drawOnServer()}</div>`);
  await page.addScriptTag({ content: pageMock });
  if (early) await inPage(page, ({ mount, start }, rows) => [mount(), start(rows)], ROWS);
  await page.addScriptTag({ content: client });
  return { page, errors };
}

/** Has the page's own stand do something. */
async function inPage(page: Page, act: (pageMock: PageMock, rows: Rows) => unknown, rows: Rows = []): Promise<void> {
  await page.evaluate(`void (${act})(window.pageMock, ${JSON.stringify(rows)})`);
}

const report = async (page: Page): Promise<Report> => JSON.parse((await page.locator("output").textContent()) ?? "") as Report;

async function waitForReport(page: Page, part: string): Promise<Report> {
  await page.locator("output", { hasText: part }).waitFor();
  return report(page);
}

test("on the server the elements and the registry are empty", () => {
  const drawn = drawOnServer();
  assert.ok(drawn.includes('<dramac-hook name="site:page:after"></dramac-hook>'), drawn);
  assert.ok(drawn.includes('<dramac-module module="form"></dramac-module>'), drawn);
  const [, text = ""] = /<output>(.*)<\/output>/.exec(drawn) ?? [];
  assert.deepEqual(JSON.parse(text.replaceAll("&quot;", '"')), nothing);
});

test("hydration accepts what the loader did before it, and leaves it there", async () => {
  const { page, errors } = await open({ early: true });
  assert.deepEqual((await waitForReport(page, '"isReady":true')).modules, ["form", "chat"]);
  assert.deepEqual(errors, []);
  assert.equal(await page.locator("dramac-hook > dramac-module[installation=form]").count(), 1);
  assert.deepEqual(await page.locator("dramac-module[module=form]").evaluate((one: HTMLElement) => [one.style.height, one.shadowRoot?.childElementCount]), [
    "455px",
    1,
  ]);
  assert.deepEqual(errors, []);
  await page.close();
});

test("hydration reports a real mismatch", async () => {
  const page = await browser.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => message.type() === "error" && errors.push(message.text()));
  await page.setContent(`<!doctype html><title>Shop</title><div id="root">${drawOnServer().replace("<output>", "<output><b>early</b>")}</div>`);
  await page.addScriptTag({ content: client });
  await page.locator("output:not(:has(b))").waitFor();
  assert.match(errors.join(), /hydrat/i);
  await page.close();
});

test("the hooks are empty until the runtime is there, then follow plan, consent, settings and the runtime's end", async () => {
  const { page, errors } = await open({ early: false });
  assert.deepEqual(await report(page), nothing);
  await inPage(page, ({ start }, rows) => start(rows), ROWS);
  assert.deepEqual(await waitForReport(page, '"isReady":true'), {
    ...nothing,
    isReady: true,
    modules: ["form", "chat"],
    clients: ["chat"],
    name: "The form",
    isEnabled: true,
    footer: ["chat"],
  });
  await inPage(page, ({ settings, emit }) => [settings.set("form", { greeting: "Hello" }), emit("state")]);
  assert.deepEqual((await waitForReport(page, "Hello")).settings, { greeting: "Hello" });
  await inPage(page, ({ agree }) => agree({ analytics: true }));
  assert.deepEqual((await waitForReport(page, "analytics")).agreed, { analytics: true });
  await inPage(page, ({ replace }) => replace([]));
  assert.deepEqual([(await waitForReport(page, '"modules":[]')).isEnabled, (await report(page)).isReady], [false, true]);
  await inPage(page, ({ destroy }) => destroy());
  await waitForReport(page, '"isReady":false');
  assert.deepEqual(errors, []);
  await page.close();
});

test("another hook's name makes another element; rendering again does not empty the old one", async () => {
  const { page, errors } = await open({ early: true });
  await waitForReport(page, '"isReady":true');
  await page.getByRole("button", { name: "Take away" }).click();
  await page.waitForSelector("dramac-module[module=form]", { state: "detached" });
  assert.equal(await page.locator("dramac-hook > dramac-module").count(), 1);
  await page.getByRole("button", { name: "Move" }).click();
  await page.waitForSelector('dramac-hook[name="site:footer"]', { state: "attached" });
  assert.equal(await page.locator("dramac-hook").evaluate((one) => one.childElementCount), 0, "the runtime fills a new element");
  assert.deepEqual(errors, []);
  await page.close();
});

test("the app's router handles a module's request for another path", async () => {
  const { page } = await open({ early: false });
  await page.locator("output").waitFor();
  const isPrevented = () =>
    page.evaluate(() => {
      const event = new CustomEvent("dramac:navigate", { detail: { path: "/prices?of=bread" }, bubbles: true, cancelable: true });
      return !document.querySelector("dramac-module")?.dispatchEvent(event);
    });
  await page.waitForFunction(() => (window as unknown as PageWindow).dramac !== undefined);
  assert.equal(await isPrevented(), true);
  assert.equal((await waitForReport(page, "/prices")).path, "/prices?of=bread");
  await page.close();
});
