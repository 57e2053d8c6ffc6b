import type { Browser, Page } from "playwright-core";
import { launchBrowser } from "./browser.ts";
import { type HostPage, startHostServer } from "./host-server.ts";
import { type PlatformOptions, startPlatform, type TestPlatform } from "./platform.ts";

/** Starts a platform, a host page with fixture modules, an attacker's server on another site, and a browser. */
export async function openHarness(
  fixtures: readonly string[],
  extra: (host: string, path: string) => HostPage | undefined = () => undefined,
  options: PlatformOptions = {},
) {
  const platform: TestPlatform = await startPlatform((port) => [{ name: "shop", origins: [`http://shop.localhost:${port}`], modules: fixtures }], {
    fixtures,
    ...options,
  });
  const { siteKey } = platform.seeded.sites.shop as { siteKey: string };
  const hosts = await startHostServer(platform.hostPort, (host, path) => {
    const special = extra(host, path);
    if (special) return special;
    if (host === "evil.localhost") return { body: "evil", headers: { "access-control-allow-origin": "*" }, type: "text/javascript" };
    if (path.split("?")[0] !== "/") return undefined;
    return {
      body: `<!doctype html><html lang="en"><title>Shop</title><link rel="icon" href="data:,"><main><h1>Shop</h1></main><script async src="${platform.url}/embed/${siteKey}.js"></script>`,
    };
  });
  const browser: Browser = await launchBrowser();
  let last = 0;

  return {
    platform,
    siteKey,
    hosts,
    browser,
    evil: `http://evil.localhost:${platform.hostPort}/steal?secret=1`,
    evilRequests: () => hosts.requests.filter(({ host }) => host === "evil.localhost"),
    hostUrl: `http://shop.localhost:${platform.hostPort}/`,
    /** Opens the host page, and waits until the module is ready. */
    async openHostPage(slug: string): Promise<Page> {
      const page = await browser.newPage();
      await page.goto(`http://shop.localhost:${platform.hostPort}/`);
      await page.waitForSelector(`dramac-module[installation="${await platform.installation("shop", slug)}"][state=ready]`, { state: "attached" });
      return page;
    },
    /** Has a fixture module do an action. @returns its result */
    tell<Result>(page: Page, topic: string, action: string, argument?: unknown): Promise<Result> {
      return page.evaluate(
        ([name, message]) =>
          new Promise<never>((resolve) => {
            const { dramac } = window as unknown as { dramac: (...call: unknown[]) => void };
            dramac("on", "event", (event: { topic: string; detail: { id: number; result: unknown; error?: unknown } }) => {
              if (event.topic === `${name}:say` && event.detail.id === message.id) resolve((event.detail.error ?? event.detail.result) as never);
            });
            dramac("event", `${name}:run`, message);
          }),
        [topic, { action, id: ++last, argument, detail: argument }] as const,
      ) as Promise<Result>;
    },
    /** Has a fixture module do an action that ends it, so no result comes. */
    command: (page: Page, topic: string, action: string, argument?: unknown): Promise<void> =>
      page.evaluate(([name, message]) => (window as unknown as { dramac: (...call: unknown[]) => void }).dramac("event", `${name}:run`, message), [
        topic,
        { action, id: ++last, argument, detail: argument },
      ] as const),
    async close(): Promise<void> {
      await browser.close();
      await hosts.close();
      await platform.close();
    },
  };
}

export type Harness = Awaited<ReturnType<typeof openHarness>>;
