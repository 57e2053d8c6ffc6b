import { randomBytes } from "node:crypto";
import { Hono } from "hono";
import { html, raw } from "hono/html";
import { FAVICON } from "./page.ts";
import type { DemoSitesOptions } from "./options.ts";

const WATCH = `
window.violations = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.violations.push(event.effectiveDirective + " " + event.blockedURI);
  document.getElementById("violations").textContent = window.violations.join("\\n");
});
`;

/** A page that forbids nearly everything; of ours it lists one script source and one frame source. */
export function strict({ platform, frames, sites }: DemoSitesOptions) {
  const frameSource = frames.replace("{installation}", "*");
  return new Hono().get("/", (context) => {
    const nonce = randomBytes(16).toString("base64");
    const policy = [
      "default-src 'self'",
      `script-src 'nonce-${nonce}' ${platform}`,
      `frame-src ${frameSource}`,
      `style-src 'self' 'nonce-${nonce}'`,
      "connect-src 'self'",
      "img-src 'self' data:",
      "object-src 'none'",
      "base-uri 'none'",
      "require-trusted-types-for 'script'",
    ].join("; ");
    context.header("content-security-policy", policy);
    context.header("cross-origin-opener-policy", "same-origin");
    context.header("cross-origin-embedder-policy", "require-corp");
    return context.html(html`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>Strict site</title>${FAVICON}
<style nonce="${nonce}">:root { color-scheme: light dark } body { max-width: 760px; margin: 0 auto; padding: 24px 16px; font: 16px/1.6 system-ui, sans-serif } pre { white-space: pre-wrap }</style>
<script nonce="${nonce}">${raw(WATCH)}</script>
<script async crossorigin src="${platform}/embed/${sites.strict?.siteKey ?? ""}.js"></script></head>
<body><main><h1>A site with a strict policy</h1><p>It needs two entries for us: <code>script-src ${platform}</code> and <code>frame-src ${frameSource}</code>. Violations are listed here:</p><pre id="violations">none</pre></main></body></html>`);
  });
}
