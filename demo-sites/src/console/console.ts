import { RequestFailed } from "@dramac/sdk/node";
import { type Context, Hono } from "hono";
import { csrf } from "hono/csrf";
import { html } from "hono/html";
import { HTTPException } from "hono/http-exception";
import type { DemoSitesOptions } from "../options.ts";
import type { Html } from "../page.ts";
import { consoleActions } from "./actions.ts";
import { cancelPage } from "./cancel-page.ts";
import { createConsoleContext } from "./console-context.ts";
import { lapsePage } from "./lapse-page.ts";
import { layout, notice } from "./layout.ts";
import { noticeOf, pageState } from "./notices.ts";
import { overviewPage } from "./overview-page.ts";
import { readScopes } from "./installation-scopes.ts";
import { wholesaleOf } from "./price-section.ts";
import { readMarkup } from "./read-markup.ts";
import { pricePreview } from "./price-preview.ts";
import { SCRIPT } from "./script.ts";
import { findSubscription, readEntitlement, type Subscription } from "./subscription.ts";
import { moduleOf, subscriptionPage } from "./subscription-page.ts";
import { paymentState, waitingPage } from "./waiting-page.ts";

const POLICY = "default-src 'none'; script-src 'self'; style-src 'unsafe-inline'; connect-src 'self'; img-src data:; base-uri 'none'; frame-ancestors 'none'";

/** An agency's console: modules, prices, payments and installations. Only this server calls the management API. */
export function agencyConsole(options: DemoSitesOptions): Hono {
  const consoleContext = createConsoleContext(options);
  const { api, agencyId } = consoleContext;
  const app = new Hono();
  app.use(csrf(), async (context, next) => {
    await next();
    context.header("content-security-policy", POLICY);
    context.header("cache-control", "no-store");
    context.header("referrer-policy", "same-origin");
  });

  const show = async (context: Context, title: string, main: Html, { status = 200, ...more }: { path?: string; head?: Html; status?: number } = {}) =>
    context.html(layout(consoleContext, title, main, more), status as 200);
  /** Runs a page of one subscription. A subscription of another agency is answered as a missing one. */
  const withSubscription = (work: (context: Context, subscription: Subscription) => Promise<Response>) => async (context: Context) => {
    const subscription = await findSubscription(consoleContext, context.req.param("id") ?? "");
    if (subscription) return work(context, subscription);
    return show(context, "Not found", html`<h1>There is no such subscription</h1><p><a href="/">Back to your modules</a></p>`, { status: 404 });
  };
  const waited = (context: Context): number => Number(context.req.query("since")) || Date.now();
  async function readPayment(subscription: Subscription, since: number): Promise<Html> {
    const path = { agencyId, subscriptionId: subscription.id };
    const [{ items }, entitlement] = await Promise.all([api.call("checkout.list", { path }), readEntitlement(consoleContext, subscription.id)]);
    return paymentState(subscription, items[0], entitlement, Date.now() - since);
  }

  return app
    .get("/console.js", (context) => context.body(SCRIPT, 200, { "content-type": "text/javascript; charset=utf-8" }))
    .get("/", async (context) => {
      const message = context.req.query("done") === "ended" ? notice("good", html`<p>You do not subscribe to it any more. Nothing was charged.</p>`) : "";
      return show(context, "Modules", html`${message}${await overviewPage(consoleContext)}`, { path: "/" });
    })
    .get("/lapse", async (context) =>
      show(context, "If nothing were paid", lapsePage(await api.call("agency.simulate-lapse", { path: { agencyId }, body: {} })), { path: "/lapse" }),
    )
    .get("/page-state", async (context) => {
      const { scope = "", installation = "", name = "" } = context.req.query();
      return context.html(await pageState(consoleContext, scope, installation, name));
    })
    .get(
      "/subscriptions/:id",
      withSubscription(async (context, one) =>
        show(context, one.moduleName, await subscriptionPage(consoleContext, one, await noticeOf(consoleContext, one.id, context.req.query()))),
      ),
    )
    .get(
      "/subscriptions/:id/reckoning",
      withSubscription(async (context, one) => {
        const read = readMarkup(context.req.query());
        if ("markup" in read) return context.html(pricePreview(wholesaleOf(one), read.markup, one.currency));
        return context.html(html`<p class="fault">${Object.values(read.issues)[0]}</p>`, 422);
      }),
    )
    .get(
      "/subscriptions/:id/cancel",
      withSubscription(async (context, one) => {
        const module = await moduleOf(consoleContext, one);
        const { installations } = await api.call("agency.simulate-lapse", { path: { agencyId }, body: { moduleId: one.moduleId } });
        const words = installations[0]?.fallback;
        const fallback = words === "nothing" || !words ? undefined : words;
        return show(context, `Cancel ${one.moduleName}`, cancelPage(one, module ? await readScopes(consoleContext, module) : [], fallback));
      }),
    )
    .get(
      "/subscriptions/:id/paid",
      withSubscription(async (context, one) => {
        const since = waited(context);
        const state = await readPayment(one, since);
        const again = html`<noscript><meta http-equiv="refresh" content="3;url=/subscriptions/${one.id}/paid?since=${since}"></noscript>`;
        return show(context, `Payment for ${one.moduleName}`, waitingPage(one, state, since), { head: again });
      }),
    )
    .get(
      "/subscriptions/:id/payment",
      withSubscription(async (context, one) => context.html(await readPayment(one, waited(context)))),
    )
    .route(
      "/",
      consoleActions(consoleContext, async (context, id, error) => {
        const subscription = await findSubscription(consoleContext, id);
        if (!subscription)
          return show(context, "Not found", html`<h1>There is no such subscription</h1><p><a href="/">Back to your modules</a></p>`, { status: 404 });
        if (error instanceof RequestFailed)
          return show(context, subscription.moduleName, await subscriptionPage(consoleContext, subscription, errorNotice(error)), {
            status: error.status || 502,
          });
        const read = readMarkup(error);
        const issues = "issues" in read ? read.issues : {};
        const message = notice("bad", html`<p>The markup was not saved. ${Object.values(issues)[0]}</p>`);
        return show(context, subscription.moduleName, await subscriptionPage(consoleContext, subscription, message, { fields: error, issues }), {
          status: 422,
        });
      }),
    )
    .onError((error, context) => {
      // The CSRF check refused a form of another website: no person reads this answer.
      if (error instanceof HTTPException) return error.getResponse();
      if (!(error instanceof RequestFailed)) console.error(error);
      const again = context.req.method === "GET" ? context.req.path : "/";
      const detail = error instanceof RequestFailed ? error.message : "Something went wrong in this console. Only the changes that you were told of were made.";
      return show(
        context,
        "Not now",
        html`<h1>This did not work</h1>${notice("bad", html`<p>${detail}</p>`)}<p><a class="button" href="${again}">Try again</a></p>`,
        { status: (error as RequestFailed).status || 502 },
      );
    });
}

/** The platform's own message, with the request id for questions to support. */
const errorNotice = ({ message, isRetryable, requestId }: RequestFailed): Html =>
  notice(
    "bad",
    html`<p>${message}${isRetryable && !message.includes("again") ? " Try again in a moment." : ""}</p>${requestId ? html`<p class="soft">Request ${requestId}</p>` : ""}`,
  );
