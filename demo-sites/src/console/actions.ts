import { RequestFailed } from "@dramac/sdk/node";
import { type Context, Hono } from "hono";
import type { ConsoleContext } from "./console-context.ts";
import { type Level, install, restore, uninstall } from "./installation-scopes.ts";
import { fieldsOf, readMarkup } from "./read-markup.ts";
import { findSubscription } from "./subscription.ts";

/** Shows a subscription's page again, with the reason for a refusal or with the fields as they were typed. */
export type ShowAgain = (context: Context, id: string, error: RequestFailed | Parameters<typeof readMarkup>[0]) => Promise<Response>;

type Action = (given: {
  readonly id: string;
  readonly fields: Readonly<Record<string, string>>;
  readonly path: { agencyId: string; subscriptionId: string };
}) => Promise<string>;

/** The actions of the console's buttons. Each redirects to a page; a refusal is shown on the page that sent the form. */
export function consoleActions(consoleContext: ConsoleContext, showAgain: ShowAgain): Hono {
  const { api, agencyId, origin } = consoleContext;
  const app = new Hono();

  function onAction(name: string, work: Action): void {
    app.post(`/subscriptions/:id/${name}`, async (context) => {
      const id = context.req.param("id") ?? "";
      const fields = Object.fromEntries(Object.entries(await context.req.parseBody()).map(([key, value]) => [key, String(value)]));
      try {
        return context.redirect(await work({ id, fields, path: { agencyId, subscriptionId: id } }), 303);
      } catch (error) {
        if (error instanceof RequestFailed) return showAgain(context, id, error);
        throw error;
      }
    });
  }
  const after = (id: string, done: string, more: Readonly<Record<string, string>> = {}) => `/subscriptions/${id}?${new URLSearchParams({ done, ...more })}`;

  onAction("pay", async ({ id, path }) => {
    const { url } = await api.call("checkout.open", { path, body: { redirectUrl: `${origin}/subscriptions/${id}/paid` } });
    return url ?? `/subscriptions/${id}`;
  });
  onAction("cancel", async ({ id, path }) => {
    await api.call("subscription.cancel", { path });
    return after(id, "cancelled");
  });
  onAction("resume", async ({ id, path }) => {
    await api.call("subscription.resume", { path });
    return after(id, "resumed");
  });
  onAction("end", async ({ path }) => {
    await api.call("subscription.end", { path });
    return "/?done=ended";
  });
  onAction("portal", async ({ path }) => (await api.call("subscription.portal", { path })).portal);
  onAction("install", async ({ id, fields: { level = "", scope = "", name = "" } }) => {
    const subscription = await findSubscription(consoleContext, id);
    const { id: installation } = await install(consoleContext, level as Level, scope, subscription?.moduleId ?? "");
    return after(id, "installed", { level, scope, installation, name });
  });
  onAction("uninstall", async ({ id, fields: { level = "", scope = "", name = "", installation = "" } }) => {
    await uninstall(consoleContext, level as Level, scope, installation);
    return after(id, "uninstalled", { level, scope, installation, name });
  });
  onAction("restore", async ({ id, fields: { level = "", scope = "", name = "", installation = "" } }) => {
    await restore(consoleContext, level as Level, scope, installation);
    return after(id, "installed", { level, scope, installation, name });
  });

  app.post("/subscribe", async (context) => {
    const { moduleId, billingCycle } = await context.req.parseBody();
    const body = { moduleId: String(moduleId), billingCycle: String(billingCycle) as "monthly" };
    const { id } = await api.call("subscription.create", { path: { agencyId }, body });
    return context.redirect(after(id, "subscribed"), 303);
  });
  app.post("/subscriptions/:id/markup", async (context) => {
    const id = context.req.param("id");
    const fields = await context.req.parseBody();
    const read = readMarkup(fields);
    if ("issues" in read) return showAgain(context, id, fields);
    try {
      const before = await findSubscription(consoleContext, id);
      await api.call("subscription.set-markup", { path: { agencyId, subscriptionId: id }, body: read.markup });
      return context.redirect(fields["isUndo"] || !before ? after(id, "markup-undone") : after(id, "markup", fieldsOf(before.markup)), 303);
    } catch (error) {
      if (error instanceof RequestFailed) return showAgain(context, id, error);
      throw error;
    }
  });
  return app;
}
