import assert from "node:assert/strict";
import { mkdirSync } from "node:fs";
import { after, before, describe, test } from "node:test";
import axe from "axe-core";
import type { BrowserContext, Page } from "playwright-core";
import { dialPort } from "../../src/index.ts";
import { type ConsoleHarness, openConsoleHarness } from "./console-harness.ts";

const ROOT = new URL("../../../", import.meta.url).pathname;
/** Set to keep the pictures in the demo's own folder, where its README shows them. */
const PICTURES = process.env.KEEP_SCREENSHOTS === "1" ? `${ROOT}demo-sites/screenshots/` : `${ROOT}e2e/artifacts/`;
const DAY = 86_400_000;
const WORDS = "Our opening hours cannot be shown at the moment. Please call before you come.";

let at: ConsoleHarness;
let context: BrowserContext;
let page: Page;
const pageErrors: string[] = [];
before(async () => {
  mkdirSync(PICTURES, { recursive: true });
  at = await openConsoleHarness();
  context = await at.browser.newContext({ viewport: { width: 1024, height: 800 } });
  context.setDefaultTimeout(10_000);
  page = await context.newPage();
  page.on("pageerror", (error) => pageErrors.push(String(error)));
  page.on("console", (message) => message.type() === "error" && !/status of 4|status of 5/.test(message.text()) && pageErrors.push(message.text()));
});
after(() => at?.close());

/** Looks at the page as it is, in both schemes and three widths: sound by axe, and nothing wider than the window. */
async function assertSound(what: string): Promise<void> {
  for (const colorScheme of ["light", "dark"] as const)
    for (const width of [1440, 768, 320]) {
      await page.emulateMedia({ colorScheme });
      await page.setViewportSize({ width, height: 900 });
      const where = `${what}, ${colorScheme}, ${width} px`;
      assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth), `${where}: nothing is wider than the page`);
      await page.evaluate(axe.source);
      const violations = await page.evaluate(async () => {
        const { axe: runner } = window as unknown as { axe: { run(): Promise<{ violations: { id: string; nodes: { html: string }[] }[] }> } };
        return (await runner.run()).violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`);
      });
      assert.deepEqual(violations, [], where);
      if ((colorScheme === "light" && width === 768) || (colorScheme === "dark" && width === 320))
        await page.screenshot({ path: `${PICTURES}console-${what}${width === 320 ? "-dark-narrow" : ""}.png`, fullPage: true });
    }
  await page.emulateMedia({ colorScheme: "light" });
  await page.setViewportSize({ width: 1024, height: 800 });
}

const button = (name: string | RegExp) => page.getByRole("button", { name });
/** What a visitor of the brochure finds, without a page that their browser kept. */
async function findsOnBrochure(selector: string): Promise<void> {
  const visitor = await at.visit("brochure");
  await visitor.waitForSelector(selector);
  await visitor.context().close();
}
const hours = async (state: string) => `dramac-module[installation="${await at.platform.installation("brochure", "opening-hours")}"][state=${state}]`;

async function payAtCheckout(): Promise<void> {
  await page.waitForURL(/\/checkout\//);
  await page.getByLabel("Name").fill("Grace");
  await button("Pay").click();
  await page.waitForURL(/\/paid$/);
}

describe("an agency in its console", () => {
  test("sees its subscriptions and the other modules, with prices", async () => {
    await page.goto(at.address("console"));
    await page.getByText("Granted", { exact: true }).waitFor();
    const offer = page.locator("li", { hasText: "Opening hours" });
    assert.match(await offer.innerText(), /US\$9\.00 a month[\s\S]*US\$90\.00 a year/);
    await assertSound("overview");
  });

  test("subscribes, and can undo it", async () => {
    await button("Subscribe by the year").click();
    await page.getByText("Nothing is charged before you pay").waitFor();
    await button("Do not subscribe after all").click();
    await page.getByText("You do not subscribe to it any more").waitFor();
    await button("Subscribe by the month").click();
    await page.getByText("The subscription has not been paid for yet.").waitFor();
    assert.equal(await button("Install").count(), 0);
    await assertSound("pending");
  });

  test("gets a message when the provider does not answer, and nothing has changed", async () => {
    at.mock.control.failApi({ kind: "status", status: 503 });
    await button("Pay US$9.00 a month").click();
    await page.getByRole("alert").getByText("The billing provider does not answer").waitFor({ timeout: 20_000 });
    await assertSound("provider-away");
    await at.mock.control.heal();
  });

  test("pays at the checkout, comes back, and waits until the payment has arrived", async () => {
    at.mock.control.failWebhooks({ kind: "hold", times: 3 });
    await button("Pay US$9.00 a month").click();
    await payAtCheckout();
    await page.getByRole("heading", { name: "Waiting for the payment" }).waitFor();
    await assertSound("waiting");
    await at.mock.control.heal();
    await page.getByRole("heading", { name: "Paid. Opening hours runs." }).waitFor();
    await assertSound("paid");
  });

  test("installs it on a client's website, where it appears within seconds; uninstalls and restores it", async () => {
    await page.getByRole("link", { name: "Install it" }).click();
    const brochure = page.locator("[data-scope=brochure]");
    await brochure.getByRole("button", { name: "Install" }).click();
    await page.getByText("It is on the page now").waitFor({ timeout: 5_000 });
    await assertSound("installed");
    await findsOnBrochure(await hours("ready"));
    await brochure.getByRole("button", { name: "Uninstall" }).click();
    await page.getByText("Uninstalled from brochure").waitFor();
    await button("Undo").click();
    await page.getByText("It is on the page now").waitFor({ timeout: 5_000 });
  });

  test("changes the markup with a live price preview; an invalid one is explained, and a saved one can be undone", async () => {
    await page.getByRole("textbox", { name: /^Percent/ }).fill("50");
    await page.locator("#price-preview").getByText("US$13.50").waitFor();
    await page.getByRole("textbox", { name: /^Percent/ }).fill("half");
    await page.locator("#price-preview").getByText("Give a percentage").waitFor();
    await button("Save the markup").click();
    await page.getByText("The markup was not saved").waitFor();
    assert.equal(await page.getByRole("textbox", { name: /^Percent/ }).inputValue(), "half", "what was typed is still there");
    await assertSound("markup-fault");
    await page.getByLabel("A price of your own").check();
    await page.getByRole("textbox", { name: /^A month/ }).fill("5");
    await page.getByText("each sale loses money").waitFor();
    await button("Save the markup").click();
    await page
      .getByRole("alert")
      .getByText(/below wholesale/)
      .waitFor();
    await page.getByLabel("A fixed amount on top").check();
    await page.getByRole("textbox", { name: /^Amount/ }).fill("4,50");
    await page.locator("#price-preview").getByText("US$13.50").waitFor();
    await button("Save the markup").click();
    await page.getByText("The markup is saved.").waitFor();
    await assertSound("markup");
    await button("Undo").click();
    await page.getByText("what it was before").waitFor();
    assert.equal(await page.getByRole("textbox", { name: /^Percent/ }).inputValue(), "100");
  });

  test("sees the payments, why the module runs and until when, and the provider's own pages", async () => {
    assert.match(await page.locator("#payments").innerText(), /First payment[\s\S]*US\$9\.00[\s\S]*paid/);
    assert.match(await page.locator("#status").innerText(), /It is paid for\.[\s\S]*renewal awaited/i);
    const portal = context.waitForEvent("page");
    await button("Payment method and invoices").click();
    const opened = await portal;
    await opened.getByRole("heading", { name: "Your subscriptions" }).waitFor();
    await opened.close();
  });

  test("an outdated page shows why its action was refused", async () => {
    const { pathname } = new URL(page.url());
    const stale = await context.newPage();
    await stale.goto(at.address("console", pathname));
    await stale.evaluate((action) => {
      const form = Object.assign(document.createElement("form"), { method: "post", action });
      document.body.append(form);
      form.submit();
    }, `${pathname}/pay`);
    await stale.getByRole("alert").getByText("This subscription is paid for.").waitFor();
    await stale.close();
  });

  test("previews what would stop, and when, without payments from today", async () => {
    await page.getByRole("link", { name: "If nothing were paid" }).click();
    const row = page.locator("tr", { hasText: "brochure of Harbour & Co." });
    assert.match(await row.innerText(), /Today[\s\S]*It is paid for\.[\s\S]*overdue[\s\S]*was not made/);
    assert.ok((await row.innerText()).includes(WORDS));
    assert.match(await page.locator("tr", { hasText: "Invoices" }).innerText(), /never: it is free/);
    await assertSound("lapse");
  });

  test("cancels after it was told the consequences, resumes, and cancels again", async () => {
    await page.getByRole("link", { name: "Modules" }).click();
    await page.getByRole("link", { name: "Opening hours" }).click();
    for (const isMeant of [false, true]) {
      await page.getByRole("link", { name: "Cancel …" }).click();
      assert.ok((await page.locator("main").innerText()).includes(`1 place: brochure. Visitors then read: “${WORDS}”`));
      if (isMeant) await assertSound("cancel");
      await button("Cancel the subscription").click();
      await page.getByText("Cancelled. It runs until").waitFor();
      if (isMeant) await assertSound("cancelled");
      else {
        await button("Undo").click();
        await page.getByText("The cancellation is taken back").waitFor();
      }
    }
    await findsOnBrochure(await hours("ready"));
  });

  test("after the period visitors see the fallback; a new payment brings the module back in one step", async () => {
    await at.advance(32 * DAY);
    await findsOnBrochure(`text=${WORDS}`);
    await page.goto(page.url().split("?")[0] ?? "");
    await page.getByText("Installed; shows its fallback at the moment").waitFor();
    await assertSound("ended");
    await button("Pay US$9.00 a month").click();
    await payAtCheckout();
    await page.getByRole("heading", { name: "Paid. Opening hours runs." }).waitFor();
    await findsOnBrochure(await hours("ready"));
  });

  test("finds no page of another agency's subscription, and no error in the browser console", async () => {
    const answer = await page.goto(at.address("console", `/subscriptions/${crypto.randomUUID()}`));
    assert.equal(answer?.status(), 404);
    await page.getByRole("link", { name: "Back to your modules" }).click();
    await page.getByRole("heading", { name: "Modules", exact: true, level: 1 }).waitFor();
    assert.deepEqual(pageErrors, []);
  });

  test("a form of another website has no effect", async () => {
    const { id } = (await at.platform.database.withPlatform("test look", (tx) => tx`select id from agency_module_subscriptions limit 1`))[0] as { id: string };
    const refused = await dialPort(at.platform.hostPort, `/subscriptions/${id}/cancel`, {
      method: "POST",
      host: `console.localhost:${at.platform.hostPort}`,
      headers: { origin: "https://evil.example", "content-type": "application/x-www-form-urlencoded" },
    });
    assert.equal(refused.status, 403);
  });
});
