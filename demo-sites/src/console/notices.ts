import { html } from "hono/html";
import type { Html } from "../page.ts";
import type { ConsoleContext } from "./console-context.ts";
import { button, notice } from "./layout.ts";
import { isOnPage } from "./installation-scopes.ts";

type Query = Readonly<Record<string, string>>;

/** What has just been done, by the word in the page's address, with its undoing where there is one. */
export async function noticeOf(context: ConsoleContext, id: string, { done = "", ...more }: Query): Promise<Html | ""> {
  const at = (action: string) => `/subscriptions/${id}/${action}`;
  switch (done) {
    case "subscribed":
      return notice("good", html`<p>Subscribed. Nothing is charged before you pay; as soon as you have, it can be installed.</p>`);
    case "cancelled":
      return notice(
        "good",
        html`<p>Cancelled. It runs until the end of what is paid for, and nothing is charged any more.</p><div class="row">${button(at("resume"), "Undo", { look: "quiet", busy: "Taking it back …" })}</div>`,
      );
    case "resumed":
      return notice("good", html`<p>The cancellation is taken back. It renews as before.</p>`);
    case "markup":
      return notice(
        "good",
        html`<p>The markup is saved.</p><div class="row">${button(at("markup"), "Undo", { look: "quiet", fields: { ...more, isUndo: "yes" } })}</div>`,
      );
    case "markup-undone":
      return notice("good", html`<p>The markup is what it was before.</p>`);
    case "installed":
      return installedNotice(context, id, more);
    case "uninstalled": {
      const { level = "", scope = "", installation = "", name = "" } = more;
      return notice(
        "good",
        html`<p>Uninstalled from ${name}. Its settings and data are kept for 30 days.</p><div class="row">${button(at("restore"), "Undo", { look: "quiet", fields: { level, scope, installation, name } })}</div>`,
      );
    }
    default:
      return "";
  }
}

/** Follows the site's page until the module is there. */
async function installedNotice(context: ConsoleContext, id: string, { level = "", scope = "", installation = "", name = "" }: Query): Promise<Html> {
  const isFollowed = level === "site" && context.siteOf(scope) !== undefined;
  const query = new URLSearchParams({ scope, installation, name });
  return notice(
    "good",
    html`<p>Installed on ${name}.</p>${isFollowed ? html`<div aria-live="polite" data-follow="/page-state?${query.toString()}">${await pageState(context, scope, installation, name)}</div>` : ""}<div class="row">${button(`/subscriptions/${id}/uninstall`, "Undo", { look: "quiet", fields: { level, scope, installation, name } })}</div>`,
  );
}

/** Whether a site's page has it by now. */
export async function pageState(context: ConsoleContext, siteId: string, installation: string, name: string): Promise<Html> {
  const isThere = await isOnPage(context, siteId, installation).catch(() => false);
  if (isThere === undefined) return html`<p data-over></p>`;
  return isThere
    ? html`<p data-over>It is on the page now: <a href="${context.siteOf(siteId)?.url ?? ""}" target="_blank" rel="noopener">look at ${name}</a>. A browser that was there a moment ago may show the old page for a minute.</p>`
    : html`<p><span class="turning"></span>It appears on the page within two seconds …</p>`;
}
