import { Hono } from "hono";
import { html, raw } from "hono/html";
import type { DemoSitesOptions } from "./options.ts";
import { page } from "./page.ts";

interface Message {
  readonly id: string;
  readonly data: { readonly text: string };
  readonly author: "visitor" | "member";
  readonly visitor?: string;
  readonly createdAt: string;
}

const REFRESH = `
const shown = document.getElementById("conversations");
setInterval(async () => {
  const answer = await fetch(location.pathname + "/conversations" + location.search).catch(() => undefined);
  if (!answer?.ok || shown.contains(document.activeElement)) return;
  const text = await answer.text();
  if (text !== shown.dataset.last) shown.innerHTML = shown.dataset.last = text;
}, 1000);
`;

const STYLE =
  ".conversation { padding: 16px; margin-bottom: 20px; background: var(--card); border: 1px solid var(--line); border-radius: 12px } .conversation ol { list-style: none; padding: 0; margin: 0 } .conversation li { margin: 6px 0; overflow-wrap: anywhere } .member { text-align: right; color: var(--link) } form { display: flex; gap: 8px } input { flex: 1; min-width: 0; font: inherit; padding: 8px } button { font: inherit; padding: 8px 16px }";

/** The team's side of the support chat. The secret key stays in this server. */
export function inbox({ platform, sites, agencyKey }: DemoSitesOptions) {
  async function call(site: string, method: string, endpoint: string, data: unknown): Promise<unknown> {
    const plan = (await (await fetch(`${platform}/api/surfaces/${sites[site]?.siteKey ?? ""}/plan`)).json()) as {
      modules: { slug: string; installation: string }[];
    };
    const chat = plan.modules.find(({ slug }) => slug === "support-chat");
    if (!chat) throw new Error(`${site} has no support chat.`);
    const response = await fetch(`${platform}/api/modules/${chat.installation}/proxy`, {
      method: "POST",
      headers: { "content-type": "application/json", authorization: `Bearer ${agencyKey}` },
      body: JSON.stringify({ requestId: 1, method, endpoint, data }),
    });
    const answer = (await response.json()) as { data?: unknown; detail?: string };
    if (!response.ok) throw new Error(answer.detail ?? `The platform answered ${response.status}.`);
    return answer.data;
  }

  async function conversations(site: string) {
    const { items } = (await call(site, "GET", "/storage/messages", { sort: "-createdAt", limit: 100 })) as { items: Message[] };
    const byVisitor = new Map<string, Message[]>();
    for (const message of items) if (message.visitor) byVisitor.set(message.visitor, [message, ...(byVisitor.get(message.visitor) ?? [])]);
    if (!byVisitor.size) return html`<p>There are no messages yet. Open the chat on the site and say hello.</p>`;
    return html`${[...byVisitor].map(
      ([
        visitor,
        messages,
      ]) => html`<section class="conversation"><h2>Visitor ${visitor.slice(0, 6)}</h2><ol>${messages.map(({ data, author }) => html`<li class="${author}">${data.text}</li>`)}</ol>
<form method="post" action="/inbox?site=${site}"><input type="hidden" name="visitor" value="${visitor}"><input name="text" aria-label="Your answer" placeholder="Answer" required maxlength="2000" autocomplete="off"><button>Send</button></form></section>`,
    )}`;
  }

  const siteOf = (name: string | undefined) => (name && Object.hasOwn(sites, name) ? name : "brochure");
  return new Hono()
    .get("/inbox", async (context) => {
      const site = siteOf(context.req.query("site"));
      return context.html(
        page({
          title: "Inbox",
          style: STYLE,
          body: html`<main><h1>Inbox of ${site}</h1><div id="conversations">${await conversations(site)}</div></main><script>${raw(REFRESH)}</script>`,
        }),
      );
    })
    .get("/inbox/conversations", async (context) => context.html(await conversations(siteOf(context.req.query("site")))))
    .post("/inbox", async (context) => {
      const site = siteOf(context.req.query("site"));
      const { visitor, text } = await context.req.parseBody();
      await call(site, "POST", "/storage/messages", { data: { text: String(text) }, visitor: String(visitor) });
      return context.redirect(`/inbox?site=${site}`, 303);
    })
    .onError((error, context) => context.html(page({ title: "Inbox", body: html`<main><h1>Inbox</h1><p>${error.message}</p></main>` }), 502));
}
