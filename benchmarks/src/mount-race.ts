import { freePorts, launchBrowser, startHostServer, startPlatform } from "@dramac/e2e";
import type { Browser, BrowserContext } from "playwright-core";
import { startDelayingProxy } from "./delaying-proxy.ts";
import { type Figure, race } from "./figure.ts";

/** Readiness of a hand-written frame: an opaque iframe whose external script draws and says so. */
const HAND_WRITTEN = `<!doctype html><html lang="en"><title>Hand-written</title><link rel="icon" href="data:,"><main><h1>Shop</h1></main><script>addEventListener("message", () => window.readyAt ??= performance.now())</script>`;
const FRAME = `<!doctype html><title>Frame</title><body><script src="/frame.js"></script>`;
const FRAME_SCRIPT = `const heading = document.createElement("h2"); heading.textContent = "Probe"; document.body.append(heading); parent.postMessage("ready", "*");`;
const LISTEN = `<script>addEventListener("dramac:state", (event) => { if (event.detail.state === "ready") window.readyAt ??= performance.now() })</script>`;

const CACHED = { "cache-control": "public, max-age=3600" };

/**
 * Time from navigation to a ready module, milliseconds, with every answer delayed. Cold is a new browser context,
 * warm a second view in it. The peer is a hand-written opaque iframe with an external script.
 */
export async function measureMount(rounds: number, delayMs: number): Promise<Figure[]> {
  const front = await freePorts(3);
  const hostFront = await freePorts(2);
  const urls = {
    PLATFORM_URL: `http://localhost:${front}`,
    FRAMES_URL: `http://{installation}.frames.localhost:${front}`,
    MEDIA_URL: `http://media.localhost:${front}`,
  };
  const platform = await startPlatform(() => [{ name: "shop", origins: [`http://shop.localhost:${hostFront}`], modules: ["probe"] }], {
    fixtures: ["probe"],
    environment: urls,
  });
  const key = platform.seeded.sites.shop?.siteKey ?? "";
  let fragment = "";
  const hosts = await startHostServer(platform.hostPort, (_, path) => {
    if (path === "/hand") return { body: `${HAND_WRITTEN}<iframe sandbox="allow-scripts" src="http://frames.localhost:${hostFront}/frame"></iframe>` };
    if (path === "/frame") return { body: FRAME, headers: CACHED };
    if (path === "/frame.js") return { body: FRAME_SCRIPT, type: "text/javascript", headers: { ...CACHED, "access-control-allow-origin": "*" } };
    const line = path === "/ours" ? `<script async src="http://localhost:${front}/embed/${key}.js"></script>` : fragment;
    return { body: `<!doctype html><html lang="en"><title>Shop</title><link rel="icon" href="data:,">${LISTEN}<main><h1>Shop</h1></main>${line}` };
  });
  const proxies = [await startDelayingProxy(front, platform.port, delayMs), await startDelayingProxy(hostFront, platform.hostPort, delayMs)];
  fragment = await (await fetch(`${platform.url}/api/surfaces/${key}/fragment`)).text();
  const browser: Browser = await launchBrowser();

  async function view(context: BrowserContext, path: string): Promise<number> {
    const page = await context.newPage();
    await page.goto(`http://shop.localhost:${hostFront}${path}`);
    const handle = await page.waitForFunction(() => (window as unknown as { readyAt?: number }).readyAt, undefined, { timeout: 10_000 });
    const time = (await handle.jsonValue()) as number;
    await page.close();
    return time;
  }
  const cold = (path: string) => async () => {
    const context = await browser.newContext();
    const time = await view(context, path);
    await context.close();
    return time;
  };
  const warm = (path: string) => async () => {
    const context = await browser.newContext();
    await view(context, path);
    const time = await view(context, path);
    await context.close();
    return time;
  };
  const figure = (what: string, ours: number, peer: number, bound: number): Figure => ({
    what: `${what}, ${delayMs} ms answers`,
    ours: `${ours.toFixed(0)} ms`,
    peer: `${peer.toFixed(0)} ms`,
    ratio: ours / peer,
    ...(delayMs > 0 && { target: { bound, is: "at most" as const } }),
  });
  try {
    const first = await race(rounds, { hand: cold("/hand"), ours: cold("/ours"), inPage: cold("/in-page") });
    const second = await race(rounds, { hand: warm("/hand"), ours: warm("/ours") });
    return [
      figure("mount cold, one line", first.ours, first.hand, 1.3),
      figure("mount cold, plan in the page", first.inPage, first.hand, 0.9),
      figure("mount warm, one line", second.ours, second.hand, 1),
    ];
  } finally {
    await browser.close();
    for (const proxy of proxies) proxy.close();
    await hosts.close();
    await platform.close();
  }
}
