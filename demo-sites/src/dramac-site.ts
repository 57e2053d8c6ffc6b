import { Hono } from "hono";
import { html, raw } from "hono/html";
import type { DemoSitesOptions } from "./options.ts";
import { page } from "./page.ts";

const hook = (name: string) => html`<dramac-hook name="${name}"></dramac-hook>`;
const FRAGMENT_MS = 1_000;

/** A page as our own builder renders it: hooks where modules may stand, plan and loader inside the page. */
export function dramacSite({ platform, sites }: DemoSitesOptions) {
  async function fragment(): Promise<string> {
    const address = `${platform}/api/surfaces/${sites["dramac-site"]?.siteKey ?? ""}/fragment`;
    const response = await fetch(address, { signal: AbortSignal.timeout(FRAGMENT_MS) }).catch(() => undefined);
    return response?.ok ? response.text() : "";
  }

  return new Hono().get("/", async (context) =>
    context.html(
      page({
        title: "A site built with DRAMAC",
        body: html`${hook("site:head")}${hook("site:body:start")}
<main>${hook("site:page:before")}<h1>Bread from the stone oven</h1>
${hook("site:section:before")}<section data-dramac-section="hours"><h2>Opening hours</h2><p>Tuesday to Sunday, from half past six until the shelves are empty.</p></section>${hook("site:section:after")}
${hook("site:page:after")}</main>
<footer>Mill Lane 12 ${hook("site:footer")}</footer>${hook("site:body:end")}<script>dramac("consent", { functional: true, analytics: true })</script>`,
        head: raw(`<script>window.dramac = window.dramac || function () { (dramac.q = dramac.q || []).push(arguments) }</script>${await fragment()}`),
      }),
    ),
  );
}
