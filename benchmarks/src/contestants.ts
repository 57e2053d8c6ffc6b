import { bundleScript } from "./bundle-script.ts";
import { framePage, hostPage, inlineJson, inlined, type Pages, scriptFile } from "./race-pages.ts";

/** Sets `readyAt` when so many events of a kind were heard. */
const countReady = (count: number, event: string, filter = "") =>
  inlined(`let left = ${count}; addEventListener("${event}", (event) => { if (true${filter} && --left === 0) window.readyAt = performance.now() })`);

/** Opaque iframes with an external script each, as a developer would write them by hand. Every frame has a host of its own, as ours have. */
export function handWritten(port: number, count: number): Pages {
  const frames = Array.from({ length: count }, (_, n) => `<iframe sandbox="allow-scripts" src="http://m${n}.frames.localhost:${port}/hand/frame"></iframe>`);
  return {
    "/hand": hostPage(countReady(count, "message"), frames.join("")),
    "/hand/frame": framePage(`<script src="/hand/frame.js"></script>`),
    "/hand/frame.js": scriptFile(
      `const heading = document.createElement("h2"); heading.textContent = "Probe"; document.body.append(heading); parent.postMessage("ready", "*");`,
    ),
  };
}

/** Ours: the one line, and the plan rendered into the page. `/empty` is the same page without either. */
export function ours(count: number, line: string, fragment: string): Pages {
  const listen = countReady(count, "dramac:state", ' && event.detail.state === "ready"');
  return { "/ours": hostPage(listen, line), "/in-page": hostPage(listen, fragment), "/empty": hostPage(listen, "") };
}

/** https://github.com/Aaronius/penpal: ready when the connection's promise resolves. */
export async function penpal(port: number, count: number): Promise<Pages> {
  const frames = Array.from({ length: count }, (_, n) => `http://m${n}.frames.localhost:${port}/penpal/frame`);
  return {
    "/penpal": hostPage("", `<script async src="/penpal/page.js" data-frames='${inlineJson(frames)}'></script>`),
    "/penpal/page.js": scriptFile(await bundleScript("penpal-page")),
    "/penpal/frame": framePage(`<script src="/penpal/frame.js"></script>`),
    "/penpal/frame.js": scriptFile(await bundleScript("penpal-frame")),
  };
}

/** MCP Apps with its two frames: ready when the view has said `initialized`. The view is one file, as its guide recommends. */
export async function mcpApps(port: number): Promise<Pages> {
  const proxy = `http://sandbox.localhost:${port}/mcp/proxy`;
  return {
    "/mcp": hostPage("", `<script async src="/mcp/host.js" data-proxy="${proxy}" data-view="/mcp/view"></script>`),
    "/mcp/host.js": scriptFile(await bundleScript("mcp-host")),
    "/mcp/proxy": framePage(inlined(await bundleScript("mcp-proxy"))),
    "/mcp/view": framePage(inlined(await bundleScript("mcp-view"))),
  };
}
