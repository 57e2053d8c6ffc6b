import { settingsFor, startLemonSqueezyMock } from "@dramac/lemon-squeezy-mock";
import type { Browser, Page } from "playwright-core";
import { demoSites } from "../../../scripts/demo.ts";
import { seedSales } from "../../../scripts/seed-sales.ts";
import { launchBrowser, startPlatform, type TestPlatform } from "../../src/index.ts";
import { openDemoSites } from "../demo.ts";

const SECRET = "secret-of-the-console";

/** Starts what `npm start` shows, with a clock that moves only when a test moves it. */
export async function openConsoleHarness() {
  const mock = await startLemonSqueezyMock({ clock: new Date(), callsPerMinute: 100_000 });
  const platform: TestPlatform = await startPlatform(demoSites, { firstParty: true, clock: mock.control.now, environment: settingsFor(mock, SECRET) });
  mock.control.setWebhooks([{ url: `${platform.url}/api/webhooks/lemonsqueezy`, secret: SECRET }]);
  const demo = await openDemoSites(platform, mock.url);
  const { agencyId, keys } = platform.seeded;
  await seedSales(platform.url, keys.superAdmin, agencyId);
  const browser: Browser = await launchBrowser();
  const address = (host: string, path = "/") => `http://${host}.localhost:${platform.hostPort}${path}`;

  /** Resolves when the platform has processed all deliveries. */
  async function waitUntilApplied(): Promise<void> {
    await mock.control.whenIdle();
    for (;;) {
      const [row] = await platform.database.withPlatform("test look", (tx) => tx`select count(*)::int as due from webhook_inbox where status = 'pending'`);
      if (row?.due === 0) return;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
  }

  return {
    mock,
    platform,
    browser,
    address,
    waitUntilApplied,
    async advance(ms: number): Promise<void> {
      await mock.control.advance(ms);
      await waitUntilApplied();
    },
    /** Opens a page of a website as a new visitor. */
    async visit(host: string): Promise<Page> {
      const page = await (await browser.newContext()).newPage();
      await page.goto(address(host));
      return page;
    },
    async close(): Promise<void> {
      await browser.close();
      await demo.close();
      await platform.close();
      await mock.close();
    },
  };
}

export type ConsoleHarness = Awaited<ReturnType<typeof openConsoleHarness>>;
