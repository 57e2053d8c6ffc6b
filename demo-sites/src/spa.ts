import { readFileSync } from "node:fs";
import { Hono } from "hono";
import { html, raw } from "hono/html";
import type { DemoSitesOptions } from "./options.ts";
import { page } from "./page.ts";
import { renderApp } from "./spa/server.tsx";

const BUNDLE = new URL("../dist/spa.js", import.meta.url);

/** A server-rendered and hydrated React app. Our line comes after hydration's own script. */
export function spa({ platform, sites }: DemoSitesOptions) {
  return new Hono()
    .get("/spa.js", (context) => context.body(readFileSync(BUNDLE, "utf8"), 200, { "content-type": "text/javascript; charset=utf-8" }))
    .get("/:path{(|features|contact)}", (context) =>
      context.html(
        page({
          title: "Single-page app",
          body: html`<div id="root">${raw(renderApp(context.req.path))}</div>
<script>window.dramac = window.dramac || function () { (dramac.q = dramac.q || []).push(arguments) }; dramac("consent", { functional: true, analytics: true })</script>
<script src="/spa.js"></script><script async src="${platform}/embed/${sites.spa?.siteKey ?? ""}.js"></script>`,
        }),
      ),
    );
}
