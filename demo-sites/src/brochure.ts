import { Hono } from "hono";
import { html, raw } from "hono/html";
import type { DemoSitesOptions } from "./options.ts";
import { homeSections } from "./brochure-home.ts";
import { page } from "./page.ts";

const PAGES = [
  {
    path: "/",
    name: "Home",
    title: "Boats repaired by people who sail them",
    text: "Harbour & Co. has mended wooden boats at the old pier since 1962. Bring yours in spring, sail it in summer.",
    sections: homeSections,
  },
  {
    path: "/services",
    name: "Services",
    title: "What we do",
    text: "Hulls, decks and rigging; winter storage under a roof; engines taken apart and put together again.",
  },
  { path: "/about", name: "About", title: "Six people and a dog", text: "Three boatbuilders, two sailmakers, one mechanic. The dog keeps the gulls away." },
  { path: "/contact", name: "Contact", title: "Come by or write", text: "Old Pier 4, open from seven to four. Or use the form below.", hasMap: true },
];

/** Rules that would break any widget that lived in the page's own document. */
const LEAKY = `
dramac-module[module="contact-form"] { display: block; min-height: 465px; }
* { letter-spacing: .02em; }
iframe { max-width: 50%; border: 9px solid red; }
button { background: crimson !important; text-transform: uppercase !important; }
input, textarea { border-radius: 0 !important; }
dt { font-weight: 600; }
blockquote { margin: 16px 0; padding-left: 16px; border-left: 3px solid var(--line); color: var(--soft); }
.bar { display: flex; flex-wrap: wrap; gap: 8px 32px; align-items: baseline; justify-content: space-between; }
.bar strong { font-size: 1.2rem; }
.consent { position: fixed; inset: auto 0 0; z-index: 10; display: flex; flex-wrap: wrap; gap: 8px 16px; align-items: center; padding: 14px 16px; background: var(--card); border-top: 1px solid var(--line); }
.consent[hidden] { display: none; }
.consent p { margin: 0; flex: 1 1 240px; }
.consent button, footer button { font: inherit; color: #fff; border: 0; padding: 8px 14px; border-radius: 6px; }
`;

const CONSENT = `
window.dramac = window.dramac || function () { (dramac.q = dramac.q || []).push(arguments) };
const banner = document.querySelector(".consent");
banner.hidden = localStorage.getItem("asked") === "yes";
function answer(granted) {
  localStorage.setItem("asked", "yes");
  banner.hidden = true;
  dramac("consent", { functional: granted, analytics: granted });
}
document.getElementById("agree").onclick = () => answer(true);
document.getElementById("decline").onclick = () => answer(false);
document.getElementById("withdraw").onclick = () => answer(false);
`;

/** Several plain pages of a small business: the one line, and a banner that grants and withdraws. */
export function brochure({ platform, sites }: DemoSitesOptions) {
  const app = new Hono().get("/style.css", (context) => context.body(LEAKY, 200, { "content-type": "text/css; charset=utf-8", "cache-control": "no-cache" }));
  for (const one of PAGES) {
    app.get(one.path, (context) =>
      context.html(
        page({
          title: `${one.name} – Harbour & Co.`,
          head: html`<link rel="stylesheet" href="/style.css"><script async src="${platform}/embed/${sites.brochure?.siteKey ?? ""}.js"></script>`,
          body: html`<header class="bar"><strong>Harbour &amp; Co.</strong><nav>${PAGES.map(({ path, name }) => html`<a href="${path}">${name}</a>`)}</nav></header>
<main><h1>${one.title}</h1><p>${one.text}</p>${one.sections?.() ?? ""}${one.hasMap ? html`<dramac-module module="contact-form"></dramac-module>` : ""}</main>
<footer>Old Pier 4 · <button id="withdraw" type="button">Withdraw consent</button></footer>
<div class="consent" role="region" aria-label="Consent" hidden><p>May we load the chat and count page views?</p><button id="agree" type="button">Agree</button><button id="decline" type="button">No, thanks</button></div>
<script>${raw(CONSENT)}</script>`,
        }),
      ),
    );
  }
  return app;
}
