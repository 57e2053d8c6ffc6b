import { freePorts, launchBrowser, type PlatformOptions, publishFixture, startHostServer, startPlatform } from "@dramac/e2e";
import { seedDemo } from "@dramac/seeds/demo";
import type { BrowserContext, Page } from "playwright-core";
import { startDelayingProxy } from "./delaying-proxy.ts";
import { ours } from "./contestants.ts";
import type { Pages } from "./race-pages.ts";

const READY_MS = 30_000;

export interface TrackOptions extends Pick<PlatformOptions, "echo" | "limits"> {
  /** Every answer, of the platform and of the hosts, comes so much later. */
  readonly delayMs: number;
  /** How many modules our page mounts. */
  readonly modules: number;
  /** A fixture folder, and the module in it that is published so many times. */
  readonly fixtures?: string;
  readonly fixture?: string;
  /** The peers' pages, on any host of this port. */
  readonly peers?: (port: number) => Promise<Pages> | Pages;
}

/** A platform with a site, a server for every contestant's pages, both behind delays, and a browser to race in. */
export async function openTrack({ delayMs, modules, fixtures, fixture = "probe", peers = () => ({}), ...options }: TrackOptions) {
  const front = await freePorts(3);
  const hostFront = await freePorts(2);
  const shop = `http://shop.localhost:${hostFront}`;
  const platform = await startPlatform(() => [], {
    ...options,
    environment: {
      PLATFORM_URL: `http://localhost:${front}`,
      FRAMES_URL: `http://{installation}.frames.localhost:${front}`,
      MEDIA_URL: `http://media.localhost:${front}`,
    },
  });
  for (let n = 0; n < modules; n++) await publishFixture(platform.database, fixture, (manifest) => rename(manifest, `${fixture}-${n}`), fixtures);
  const { sites } = await seedDemo(platform.database, [{ name: "shop", origins: [shop], modules: "all" }], "owner@example.com", platform.seeded.keys);
  const key = sites.shop?.siteKey ?? "";
  let pages = await peers(hostFront);
  const hosts = await startHostServer(platform.hostPort, (_, path) => pages[path]);
  const proxies = [await startDelayingProxy(front, platform.port, delayMs), await startDelayingProxy(hostFront, platform.hostPort, delayMs)];
  const fragment = await (await fetch(`http://localhost:${front}/api/surfaces/${key}/fragment`)).text();
  pages = { ...pages, ...ours(modules, `<script async src="http://localhost:${front}/embed/${key}.js"></script>`, fragment) };
  const browser = await launchBrowser();

  async function open(path: string, context?: BrowserContext): Promise<Page> {
    const page = await (context ?? browser).newPage();
    await page.goto(shop + path);
    return page;
  }

  async function time(context: BrowserContext, path: string): Promise<number> {
    const page = await open(path, context);
    const handle = await page.waitForFunction(() => (window as unknown as { readyAt?: number }).readyAt, undefined, { timeout: READY_MS });
    const readyAt = (await handle.jsonValue()) as number;
    await page.close();
    return readyAt;
  }

  async function inNewContext<T>(work: (context: BrowserContext) => Promise<T>): Promise<T> {
    const context = await browser.newContext();
    try {
      return await work(context);
    } finally {
      await context.close();
    }
  }

  return {
    open,
    /** Milliseconds from navigation until all modules of the page are ready, in a browser context that has seen nothing. */
    cold: (path: string) => () => inNewContext((context) => time(context, path)),
    /** The same at the second view. */
    warm: (path: string) => () =>
      inNewContext(async (context) => {
        await time(context, path);
        return time(context, path);
      }),
    async close(): Promise<void> {
      await browser.close();
      for (const proxy of proxies) proxy.close();
      await hosts.close();
      await platform.close();
    },
  };
}

/** A module of its own under another name, its topics too. */
function rename(manifest: Record<string, unknown>, slug: string): void {
  const { topics } = manifest as { topics?: Record<string, string[]> };
  const renamed = topics && Object.fromEntries(Object.entries(topics).map(([side, names]) => [side, names.map((name) => name.replace(/^[^:]*/, slug))]));
  Object.assign(manifest, { id: slug, slug }, renamed && { topics: renamed });
}
