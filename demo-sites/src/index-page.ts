import { html } from "hono/html";
import { CONSOLE, DEMO_HOSTS, type DemoSitesOptions, hostOf, MEMBER_HOSTS } from "./options.ts";
import { page } from "./page.ts";

/** The list of demo hosts, with what to look at. */
export const indexPage = ({ port }: DemoSitesOptions) =>
  page({
    title: "DRAMAC Connect – demo sites",
    body: html`<main><h1>Demo sites</h1><p>Websites that have nothing to do with us except one pasted line. Add <code>?dramac_debug=1</code> to any address to see in the console what mounted where, and why not.</p>
<ul class="cards">${[...DEMO_HOSTS, ...MEMBER_HOSTS, CONSOLE].map(({ name, title, text }) => html`<li><h2><a href="${hostOf(name, port)}/">${title}</a></h2><p>${text}</p></li>`)}
<li><h2><a href="/inbox">Inbox</a></h2><p>The team’s side of the support chat: answer what a visitor wrote.</p></li>
<li><h2><a href="${hostOf("mail", port)}/">Mail</a></h2><p>What the platform would have mailed.</p></li></ul></main>`,
  });
