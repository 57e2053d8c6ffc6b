import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { type InstallationId, installationLabel } from "@dramac/contracts";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { demoSites } from "../../scripts/demo.ts";
import { dialPort, launchBrowser, startPlatform, type TestPlatform } from "../src/index.ts";
import { openDemoSites } from "./demo.ts";

const ARTIFACTS = new URL("../artifacts/", import.meta.url).pathname;

let platform: TestPlatform;
let demo: { close(): Promise<void> };
let browser: Browser;

before(async () => {
  mkdirSync(ARTIFACTS, { recursive: true });
  platform = await startPlatform(demoSites, { firstParty: true });
  demo = await openDemoSites(platform);
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  await demo?.close();
  await platform?.close();
});

const address = (host: string, path = "/") => `http://${host}.localhost:${platform.hostPort}${path}`;

/** What TypeScript's DOM does not know yet. */
interface LayoutShift extends PerformanceEntry {
  readonly value: number;
  readonly hadRecentInput: boolean;
  readonly sources: readonly { node: Node | null; previousRect: DOMRectReadOnly; currentRect: DOMRectReadOnly }[];
}

/** A page that remembers what a developer would see in red or yellow, and how far things shifted. */
async function open(context: BrowserContext, url: string): Promise<{ page: Page; pageErrors: string[] }> {
  const page = await context.newPage();
  const pageErrors: string[] = [];
  page.on("console", (message) => ["error", "warning"].includes(message.type()) && pageErrors.push(message.text()));
  page.on("pageerror", (error) => pageErrors.push(String(error)));
  await page.addInitScript(() => {
    const { shifts } = Object.assign(window, { shifts: [] as string[] });
    new PerformanceObserver((list) => {
      for (const { hadRecentInput, startTime, value, sources } of list.getEntries() as LayoutShift[]) {
        const moved = sources.map(({ node, previousRect, currentRect }) => `${node?.nodeName} ${previousRect.y} → ${currentRect.y}`);
        if (!hadRecentInput) shifts.push(`${value} at ${startTime}: ${moved.join(", ")}`);
      }
    }).observe({ type: "layout-shift", buffered: true });
  });
  await page.goto(url);
  return { page, pageErrors };
}

const element = async (site: string, slug: string) => `dramac-module[installation="${await platform.installation(site, slug)}"]`;
const inside = (page: Page, selector: string) => page.frameLocator(`${selector} >> iframe`).frameLocator("iframe");
const rows = (query: string) => platform.database.withPlatform("test look-up", (tx) => tx.unsafe(query));

async function eventually<T>(read: () => Promise<T>, isGood: (value: T) => boolean, ms = 5_000): Promise<T> {
  const end = Date.now() + ms;
  for (;;) {
    const value = await read();
    if (isGood(value) || Date.now() > end) return value;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe("brochure", () => {
  test("a sent form becomes a row in PostgreSQL and a mail, and invalid input is explained beside its field", async () => {
    const context = await browser.newContext();
    const { page, pageErrors } = await open(context, address("brochure", "/contact"));
    const selector = "dramac-module[module=contact-form]";
    await page.waitForSelector(`${selector}[state=ready]`);
    const form = inside(page, selector);
    await form.getByRole("button", { name: "Send message" }).click();
    assert.match((await form.locator("#name-fault").textContent()) ?? "", /name/);
    await form.getByLabel("Name").fill("Ada");
    await form.getByLabel("E-mail").fill("ada@example.com");
    await form.getByLabel("Message").fill("The mast is gone.\r\nBcc: everyone@example.com");
    await page.waitForTimeout(2_100);
    await form.getByRole("button", { name: "Send message" }).click();
    await form.getByText("Message sent").waitFor();
    await page.screenshot({ path: join(ARTIFACTS, "brochure-sent.png") });
    const [row] = await rows("select data, author from module_documents where collection = 'messages' and data ? 'email'");
    assert.equal((row?.data as { name: string } | undefined)?.name, "Ada");
    const mails = await eventually(
      async () => readdirSync(platform.mailFolder, { withFileTypes: true }).filter((file) => file.name.endsWith(".json")),
      (list) => list.length > 0,
    );
    const mail = JSON.parse(readFileSync(join(platform.mailFolder, mails[0]?.name ?? ""), "utf8")) as { subject: string; replyTo: string; to: string };
    assert.deepEqual([mail.subject, mail.replyTo, mail.to], ["New message from Ada", "ada@example.com", "owner@example.com"]);
    assert.deepEqual(pageErrors, []);
    await context.close();
  });

  test("only a stored consent of true counts: with any other value nothing is fetched", async () => {
    const label = installationLabel((await platform.installation("brochure", "support-chat")) as InstallationId);
    for (const [stored, isYes] of [
      ['{"functional":"denied"}', false],
      ['{"functional":1}', false],
      ['{"functional":{}}', false],
      ['"functional"', false],
      ["null", false],
      ['{"functional":true}', true],
    ] as const) {
      const context = await browser.newContext();
      // Of the page alone: frames of modules have no storage.
      await context.addInitScript((value) => window === top && localStorage.setItem("dramac:consent", value), stored);
      let asked = 0;
      context.on("request", (request) => (asked += new URL(request.url()).hostname.startsWith(`${label}.`) ? 1 : 0));
      const { page } = await open(context, address("brochure", "/contact"));
      await page.waitForSelector("dramac-module[module=contact-form][state=ready]");
      if (isYes) await page.waitForSelector(`${await element("brochure", "support-chat")}[state=ready]`, { state: "attached" });
      assert.equal(asked > 0, isYes, stored);
      await context.close();
    }
  });

  test("the chat waits for consent, survives a reload, and shows the team's answers within two seconds; withdrawal removes it", async () => {
    const context = await browser.newContext();
    const { page, pageErrors } = await open(context, address("brochure"));
    const selector = await element("brochure", "support-chat");
    await page.waitForTimeout(500);
    assert.equal(await page.locator(selector).count(), 0, "not mounted without consent");
    await page.getByRole("button", { name: "Agree" }).click();
    await page.waitForSelector(`${selector}[state=ready]`, { state: "attached" });
    const chat = inside(page, selector);
    await chat.getByRole("button", { name: "Chat with us" }).click();
    await chat.getByLabel("Your message").fill("Is my boat ready?");
    await page.keyboard.press("Enter");
    await chat.getByText("You,").waitFor();
    await page.screenshot({ path: join(ARTIFACTS, "brochure-chat.png") });

    await page.reload();
    await page.waitForSelector(`${selector}[state=ready]`, { state: "attached" });
    const inbox = await context.newPage();
    await inbox.goto(`http://localhost:${platform.hostPort}/inbox`);
    await inbox.getByPlaceholder("Answer").fill("She is, come on Friday.");
    const answered = Date.now();
    await inbox.getByRole("button", { name: "Send" }).click();
    await chat.getByRole("button", { name: "Chat with us, 1 unread" }).waitFor({ timeout: 2_500 });
    assert.ok(Date.now() - answered < 2_500, "the badge came in time");
    await chat.getByRole("button", { name: /Chat with us/ }).click();
    await chat.getByText("Is my boat ready?").waitFor();
    await chat.getByText("She is, come on Friday.").waitFor();
    await page.keyboard.press("Escape");
    await chat.getByRole("button", { name: "Chat with us", exact: true }).waitFor();
    assert.equal(await chat.locator("button.launcher").evaluate((button) => button === document.activeElement), true, "focus returns to the launcher");

    await page.getByRole("button", { name: "Withdraw consent" }).click();
    await page.waitForFunction((one) => !document.querySelector(one)?.shadowRoot?.querySelector("iframe"), selector);
    assert.deepEqual(pageErrors, []);
    await context.close();
  });

  test("page views become usage rows", async () => {
    const context = await browser.newContext();
    const { page } = await open(context, address("brochure"));
    await page.getByRole("button", { name: "Agree" }).click();
    await page.waitForSelector(`${await element("brochure", "site-analytics")}[state=ready]`, { state: "attached" });
    await page.getByRole("link", { name: "Services" }).click();
    await page.waitForSelector(`${await element("brochure", "site-analytics")}[state=ready]`, { state: "attached" });
    await page.close();
    const views = await eventually(
      () => rows("select metadata->>'path' as path, verified from module_usage_events where event_name = 'page_view'"),
      (list) => list.some(({ path }) => path === "/services"),
    );
    assert.deepEqual([...new Set(views.map(({ path }) => path as string))].sort(), ["/", "/services"]);
    await context.close();
  });
});

test("40: strict: works under nonces, Trusted Types and cross-origin isolation without one violation", async () => {
  const context = await browser.newContext();
  const { page, pageErrors } = await open(context, address("strict"));
  await page.waitForSelector(`${await element("strict", "contact-form")}[state=ready]`);
  assert.equal(await page.evaluate(() => crossOriginIsolated), true);
  assert.deepEqual(await page.evaluate(() => (window as unknown as { violations: string[] }).violations), []);
  assert.deepEqual(pageErrors, []);
  await page.screenshot({ path: join(ARTIFACTS, "strict.png"), fullPage: true });
  await context.close();
});

test("dramac-site: plan and loader in the page mount the modules at its own hooks", async () => {
  const context = await browser.newContext();
  const { page, pageErrors } = await open(context, address("dramac-site"));
  const selector = await element("dramac-site", "contact-form");
  await page.waitForSelector(`${selector}[state=ready]`);
  assert.equal(await page.locator(selector).evaluate((one) => one.parentElement?.getAttribute("name")), "site:page:after");
  assert.deepEqual(pageErrors, []);
  await page.screenshot({ path: join(ARTIFACTS, "dramac-site.png"), fullPage: true });
  await context.close();
});

test("41: hostile: tampered prototypes, a broken fetch, hidden iframes and two copies change nothing", async () => {
  const context = await browser.newContext();
  const { page, pageErrors } = await open(context, address("hostile"));
  const selector = await element("hostile", "contact-form");
  await page.waitForSelector(`${selector}[state=ready]`, { state: "attached" });
  assert.equal(await page.locator(selector).count(), 1, "two copies mount one element");
  const form = inside(page, selector);
  await form.getByLabel("Name").waitFor({ state: "attached" });
  const box = await page.locator(`${selector} >> iframe`).boundingBox();
  assert.ok((box?.height ?? 0) > 300, "the frame is not hidden by the page's rule");
  assert.deepEqual(pageErrors, []);
  await context.close();
});

test("spa: hydrates without warnings; the module mounts and unmounts with its route", async () => {
  const context = await browser.newContext();
  const { page, pageErrors } = await open(context, address("spa"));
  assert.match((await dialPort(platform.hostPort, "/", { host: "spa.localhost" })).body, /Looking for modules/);
  await page.getByText(/^Modules of this site: .*Contact form.* The form is on\.$/).waitFor();
  const chat = `dramac-hook[name="site:body:end"] > ${await element("spa", "support-chat")}`;
  await page.waitForSelector(`${chat}[state=ready]`, { state: "attached" });
  await page.locator(chat).evaluate((one) => Object.assign(one, { isTheFirst: true }));
  await page.getByRole("link", { name: "Contact" }).click();
  await page.waitForSelector("dramac-module[module=contact-form][state=ready]");
  await page.getByRole("button", { name: "Take the form away" }).click();
  await page.waitForSelector("dramac-module[module=contact-form]", { state: "detached" });
  await page.getByRole("button", { name: "Bring the form back" }).click();
  await page.waitForSelector("dramac-module[module=contact-form][state=ready]");
  assert.equal(await page.locator(chat).evaluate((one) => "isTheFirst" in one), true, "a module at a hook survives route changes");
  assert.deepEqual(pageErrors, []);
  await page.screenshot({ path: join(ARTIFACTS, "spa.png"), fullPage: true });
  await context.close();
});

for (const [site, path] of [
  ["brochure", "/"],
  ["brochure", "/contact"],
  ["strict", "/"],
  ["dramac-site", "/"],
  ["hostile", "/"],
  ["spa", "/contact"],
] as const) {
  test(`${site}${path}: nothing shifts on a second visit`, async () => {
    const context = await browser.newContext();
    const selector = await element(site, "contact-form");
    const visit = async () => {
      const { page } = await open(context, address(site, path));
      await page.waitForSelector(`:is(${selector},dramac-module[module=contact-form])[state=ready]`, { state: "attached" });
      await page.waitForTimeout(500);
      return page.evaluate(() => (window as unknown as { shifts: string[] }).shifts);
    };
    await visit();
    assert.deepEqual(await visit(), []);
    await context.close();
  });
}

test("the page opens and closes a floating module by a button of its own", async () => {
  const context = await browser.newContext();
  const { page } = await open(context, address("dramac-site"));
  const chat = await element("dramac-site", "support-chat");
  await page.waitForSelector(`${chat}[state=ready]`, { state: "attached" });
  for (const [word, isOpen] of [
    ["open", true],
    ["close", false],
  ] as const) {
    await page.evaluate((name) => (window as unknown as { dramac(...call: unknown[]): void }).dramac(name, "support-chat"), word);
    await page.waitForSelector(`${chat}${isOpen ? "[open]" : ":not([open])"}`, { state: "attached" });
    await inside(page, chat)
      .getByLabel("Your message")
      .waitFor({ state: isOpen ? "visible" : "hidden" });
  }
  await context.close();
});

test("a disabled installation is gone from requests two seconds later, and enabling brings it back", async () => {
  const { siteKey, id } = platform.seeded.sites.brochure as { siteKey: string; id: string };
  const installation = await platform.installation("brochure", "contact-form");
  const planned = async () =>
    ((await (await fetch(`${platform.url}/api/surfaces/${siteKey}/plan`)).json()) as { modules: { installation: string }[] }).modules.some(
      (one) => one.installation === installation,
    );
  const put = (enabled: boolean) =>
    fetch(`${platform.url}/api/sites/${id}/installations/${installation}`, {
      method: "PATCH",
      headers: { authorization: `Bearer ${platform.seeded.keys.agencyOwner}`, "content-type": "application/json" },
      body: JSON.stringify({ enabled }),
    });
  assert.equal(await planned(), true);
  assert.equal((await put(false)).status, 200);
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  assert.equal(await planned(), false);
  assert.equal((await put(true)).status, 200);
  await new Promise((resolve) => setTimeout(resolve, 2_000));
  assert.equal(await planned(), true);
});
