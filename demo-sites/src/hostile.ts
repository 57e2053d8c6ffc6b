import { Hono } from "hono";
import { html, raw } from "hono/html";
import type { DemoSitesOptions } from "./options.ts";
import { page } from "./page.ts";

/** What other scripts on a page may have done before ours comes. */
const TAMPER = `
Object.prototype.surprise = function () { return "surprise" };
Object.prototype.toJSON = undefined;
Array.prototype.last = function () { return this[this.length - 1] };
const parse = JSON.parse, stringify = JSON.stringify;
JSON.parse = function (text, reviver) { const value = parse(text, reviver); if (value && typeof value === "object") value.tampered = true; return value };
JSON.stringify = function (value, replacer, space) { window.seen = (window.seen || 0) + 1; return stringify(value, replacer, space) };
const listen = EventTarget.prototype.addEventListener;
EventTarget.prototype.addEventListener = function (type, listener, options) { window.listened = (window.listened || 0) + 1; return listen.call(this, type, listener, options) };
window.fetch = function () { return Promise.reject(new Error("no fetch here")) };
`;

/** A page that is against us without meaning to, and has our line twice. */
export function hostile({ platform, sites }: DemoSitesOptions) {
  const line = html`<script async src="${platform}/embed/${sites.hostile?.siteKey ?? ""}.js"></script>`;
  return new Hono().get("/", (context) =>
    context.html(
      page({
        title: "A hostile page",
        style: "iframe { display: none !important; visibility: hidden !important; width: 1px !important } dramac-module { display: none; opacity: 0 } ",
        head: html`<script>${raw(TAMPER)}</script>${line}`,
        body: html`<main><h1>A page full of surprises</h1><p>Prototypes have been extended, JSON is wrapped, fetch is broken, and a rule hides every iframe.</p></main>${line}`,
      }),
    ),
  );
}
