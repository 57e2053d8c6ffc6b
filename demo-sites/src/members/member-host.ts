import { type Context, Hono } from "hono";
import { getCookie, setCookie } from "hono/cookie";
import { html, raw } from "hono/html";
import { type Html, page } from "../page.ts";
import { type Person, signAssertion } from "./backend.ts";
import { MEMBER_SCRIPT, MEMBER_STYLE } from "./member-page.ts";

/** One of a host's pages that carry a surface of their own. */
export interface MemberPage {
  readonly path: string;
  readonly title: string;
  readonly surfaceKey: string;
  /** Hooks for pages: each module there gets an entry in the menu. */
  readonly menuHook?: string;
  readonly widgetHook: string;
}

export interface MemberHostOptions {
  readonly platform: string;
  readonly brand: string;
  readonly people: readonly Person[];
  readonly pages: readonly MemberPage[];
}

const COOKIE = "who";

/** A website behind a sign-in, with a backend of its own that vouches for its people. */
export function memberHost({ platform, brand, people, pages }: MemberHostOptions) {
  const whoIs = (context: Context): Person | undefined => people.find(({ id }) => id === getCookie(context, COOKIE));
  const app = new Hono();

  function shell(context: Context, { title, surfaceKey, menuHook = "", path }: MemberPage, main: Html): Response | Promise<Response> {
    const who = whoIs(context);
    return context.html(
      page({
        title: `${title} – ${brand}`,
        style: MEMBER_STYLE,
        head: html`<script>${raw(MEMBER_SCRIPT)}</script><script async src="${platform}/embed/${surfaceKey}.js"></script>`,
        body: html`<header class="top" data-signed-in="${who ? "yes" : "no"}" data-menu="${menuHook}" data-root="${path}"><strong>${brand}</strong>
<nav aria-label="Pages">${pages.map((one) => html`<a href="${one.path}"${one.path === path && context.req.path === path ? raw(' aria-current="page"') : ""}>${one.title}</a>`)}<span id="menu"></span></nav>
<form method="post" action="/sign-in"><label>Signed in as <select name="who">${[undefined, ...people].map((one) => html`<option value="${one?.id ?? ""}"${one?.id === who?.id ? raw(" selected") : ""}>${one ? `${one.name}, ${one.about}` : "not signed in"}</option>`)}</select></label><noscript><button>Change</button></noscript></form></header>
<main><h1>${title}</h1><p id="notice" role="status" hidden></p>${who ? main : html`<p class="empty">You are not signed in, so there is nothing to see here. Choose a person at the top.</p>`}</main>`,
      }),
    );
  }

  for (const one of pages) {
    app.get(one.path, (context) => shell(context, one, html`<div class="widgets"><dramac-hook name="${one.widgetHook}"></dramac-hook></div>`));
    const { menuHook } = one;
    if (!menuHook) continue;
    app.get(`${one.path === "/" ? "" : one.path}/m/:module`, (context) =>
      shell(context, one, html`<dramac-module module="${context.req.param("module") ?? ""}" hook="${menuHook}"></dramac-module>`),
    );
  }
  return app
    .post("/sign-in", async (context) => {
      const { who } = await context.req.parseBody();
      const known = people.some(({ id }) => id === who) ? String(who) : "";
      setCookie(context, COOKIE, known, { httpOnly: true, sameSite: "Strict", path: "/" });
      return context.redirect("/", 303);
    })
    .post("/assertion", async (context) => {
      const who = whoIs(context);
      return who ? context.text(await signAssertion(who, platform), 200, { "cache-control": "no-store" }) : context.text("You are not signed in.", 401);
    });
}
