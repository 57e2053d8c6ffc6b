import { after, before, describe, test } from "node:test";
import type { Browser, Route } from "playwright-core";
import { demoSites } from "../../scripts/demo.ts";
import { launchBrowser, startPlatform, type TestPlatform } from "../src/index.ts";
import { openDemoSites } from "./demo.ts";
import { assertSound, frameWith, picture } from "./modules/appearance.ts";

let platform: TestPlatform;
let demo: { close(): Promise<void> };
let browser: Browser;

before(async () => {
  platform = await startPlatform(demoSites, { firstParty: true });
  // The demo sells it, so no site has it before it is bought.
  await platform.database.withPlatform(
    "test faces",
    (tx) => tx`
    insert into site_module_installations (agency_id, client_id, site_id, module_id)
    select s.agency_id, s.client_id, s.id, m.id from sites s, modules m where s.name = 'brochure' and m.slug = 'opening-hours'`,
  );
  demo = await openDemoSites(platform);
  browser = await launchBrowser();
});
after(async () => {
  await browser?.close();
  await demo?.close();
  await platform?.close();
});

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [320, 768, 1440]) {
    describe(`${colorScheme}, ${width} px`, () => {
      const isNarrowDark = colorScheme === "dark" && width === 320;
      const isWideLight = colorScheme === "light" && width === 768;

      test("the contact form is accessible when empty, with issues, sending, failed, and sent", async () => {
        const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
        const page = await context.newPage();
        await page.goto(`http://brochure.localhost:${platform.hostPort}/contact`);
        const selector = "dramac-module[module=contact-form]";
        await page.waitForSelector(`${selector}[state=ready]`);
        const frame = await frameWith(page, "form");
        await assertSound(frame, "empty");
        if (isWideLight) await picture(page, "contact-form", "empty", selector);
        if (isNarrowDark) await picture(page, "contact-form", "dark-narrow", selector);
        await frame.getByRole("button", { name: "Send message" }).click();
        await assertSound(frame, "with faults");
        await page.waitForTimeout(300);
        if (isWideLight) await picture(page, "contact-form", "faults", selector);
        await frame.getByLabel("Name").fill("Ada");
        await frame.getByLabel("E-mail").fill("ada@example.com");
        await frame.getByLabel("Message").fill("Hello");
        await page.waitForTimeout(1_800);
        const held = new Promise<Route>((resolve) => void context.route("**/proxy", resolve));
        await frame.getByRole("button", { name: "Send message" }).click();
        await frame.getByRole("button", { name: "Sending" }).waitFor();
        await assertSound(frame, "while sending");
        if (isWideLight) await picture(page, "contact-form", "busy", selector);
        await (await held).abort();
        await frame.getByText("What you wrote is still here").waitFor();
        await assertSound(frame, "not sent");
        await page.waitForTimeout(300);
        if (isWideLight) await picture(page, "contact-form", "not-sent", selector);
        await context.unroute("**/proxy");
        await frame.getByRole("button", { name: "Try again" }).click();
        await frame.getByText("Message sent").waitFor();
        await assertSound(frame, "sent");
        await page.waitForTimeout(300);
        if (isWideLight) await picture(page, "contact-form", "sent", selector);
        await context.close();
      });

      test("the chat is sound when closed, open, and with messages of both sides", async () => {
        const context = await browser.newContext({ viewport: { width, height: 700 }, colorScheme });
        const page = await context.newPage();
        await page.goto(`http://brochure.localhost:${platform.hostPort}/about`);
        await page.getByRole("button", { name: "Agree" }).click();
        const selector = `dramac-module[installation="${await platform.installation("brochure", "support-chat")}"]`;
        await page.waitForSelector(`${selector}[state=ready]`, { state: "attached" });
        const frame = await frameWith(page, ".launcher");
        await assertSound(frame, "closed");
        await frame.locator(".launcher").click();
        await frame.getByLabel("Your message").fill("Is anybody there?");
        await page.keyboard.press("Enter");
        await frame.getByText("You,").waitFor();
        await assertSound(frame, "open");
        if (isNarrowDark) await picture(page, "support-chat", "dark-narrow", selector);
        if (isWideLight) await picture(page, "support-chat", "open", selector);
        const [mine] = await platform.database.withPlatform(
          "test",
          (tx) =>
            tx`select installation_id, agency_id, visitor_sub from module_documents where collection = 'messages' and visitor_sub is not null order by created_at desc limit 1`,
        );
        await page.keyboard.press("Escape");
        await frame.locator(".launcher").waitFor();
        await platform.database.withTenant(
          mine?.agency_id as string,
          (tx) => tx`
          insert into module_documents (installation_id, agency_id, collection, id, visitor_sub, author, data, size)
          values (${mine?.installation_id as string}, ${mine?.agency_id as string}, 'messages', ${crypto.randomUUID()}, ${mine?.visitor_sub as string}, 'member', '{"text":"We are."}', 18)`,
        );
        await frame.getByRole("button", { name: /1 unread/ }).waitFor();
        await assertSound(frame, "closed with an unread answer");
        if (isWideLight) await picture(page, "support-chat", "unread", selector);
        await context.close();
      });

      for (const [state, at, sentence] of [
        ["open", "2026-11-23T11:00:00Z", /Open now, until 4:00\sPM/],
        ["closed", "2026-11-28T11:00:00Z", /Closed now, opens on Monday at 7:00\sAM/],
      ] as const)
        test(`the opening hours are sound when ${state}`, async () => {
          const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme });
          await context.clock.setFixedTime(at);
          await context.addInitScript(() => window === top && localStorage.setItem("asked", "yes"));
          const page = await context.newPage();
          await page.goto(`http://brochure.localhost:${platform.hostPort}/about`);
          const selector = `dramac-module[installation="${await platform.installation("brochure", "opening-hours")}"]`;
          await page.waitForSelector(`${selector}[state=ready]`);
          const frame = await frameWith(page, ".standing");
          await frame.getByText(sentence).waitFor();
          await assertSound(frame, state);
          if (state === "open" && isWideLight) await picture(page, "opening-hours", "open", selector);
          if (state === "closed" && isNarrowDark) await picture(page, "opening-hours", "closed-dark-narrow", selector);
          await context.close();
        });
    });
  }
}
