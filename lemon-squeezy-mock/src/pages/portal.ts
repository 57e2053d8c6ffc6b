import { type Context, Hono } from "hono";
import { html } from "hono/html";
import { intervalOf, type MockContext } from "../records.ts";
import { cancel, resume } from "../changes.ts";
import { changeCard } from "../lifecycle.ts";
import type { Links } from "../links.ts";
import type { Subscription } from "../types.ts";
import { find } from "../state-file.ts";
import { CARDS, dayOf, type Html, page, priceIn } from "./page.ts";

/** A customer's pages: cancel, resume, change the card, see invoices. They open only by signed links, which are valid for a day. */
export function portalPages(mock: MockContext, links: Links, onChange: () => void): Hono {
  const { state, catalogue } = mock;
  const currencyOf = (storeId: number) => catalogue.stores.find(({ id }) => id === storeId)?.currency ?? "USD";

  function show(row: Subscription): Html {
    const interval = intervalOf(mock, row);
    const when = row.endsAt ? `Ends on ${dayOf(row.endsAt)}.` : `Next payment on ${dayOf(row.renewsAt)}.`;
    const invoices = state.invoices.filter(({ subscriptionId }) => subscriptionId === row.id);
    const isOver = row.status === "expired";
    return html`<section><h2>${row.productName}</h2><p>${priceIn(row.price, currencyOf(row.storeId))} a ${interval} · <strong>${row.status.replace("_", " ")}</strong> · ${isOver ? "" : when}</p>
${
  isOver
    ? ""
    : html`<form class="inline" method="post"><input type="hidden" name="id" value="${row.id}"><button name="do" value="${row.endsAt ? "resume" : "cancel"}">${row.endsAt ? "Resume" : "Cancel"}</button></form>
<p><a href="${links.of(row)["update_payment_method"]}">Pay with another card</a></p>`
}
<h3>Invoices</h3><table><thead><tr><th>Day<th>Amount<th>Status</thead><tbody>${invoices.map((one) => html`<tr><td>${dayOf(one.createdAt)}<td>${priceIn(one.total, one.currency)}<td>${one.status.replace("_", " ")}`)}</tbody></table></section>`;
  }

  function isAllowed(context: Context): boolean {
    const { pathname } = new URL(context.req.url);
    return links.isValid(pathname, context.req.query("expires"), context.req.query("signature"));
  }
  const refused = (context: Context) =>
    context.html(page("Link expired", html`<h1>This link has expired.</h1><p>Ask for a new one where you found it.</p>`), 403);
  const ownOf = (context: Context) => state.subscriptions.filter(({ customerId }) => String(customerId) === context.req.param("customer"));
  const portal = (context: Context) =>
    isAllowed(context) ? context.html(page("Your subscriptions", html`<h1>Your subscriptions</h1>${ownOf(context).map(show)}`)) : refused(context);

  async function act(context: Context) {
    if (!isAllowed(context)) return refused(context);
    const fields = await context.req.parseBody();
    const row = find(ownOf(context), String(fields["id"]));
    if (row && row.status !== "expired") (fields["do"] === "resume" ? resume : cancel)(mock, row);
    onChange();
    return context.redirect(context.req.url, 303);
  }

  const cardForm = (row: Subscription) =>
    page(
      "Pay with another card",
      html`<h1>Pay with another card</h1><form method="post"><section>${CARDS.map(([card, label]) => html`<label><input type="radio" name="card" value="${card}" ${row.card === card ? "checked" : ""}> ${label}</label>`)}<button class="pay">Use this card</button></section></form>`,
    );

  return new Hono()
    .get("/billing/:customer", portal)
    .get("/billing/:customer/update", portal)
    .post("/billing/:customer", act)
    .post("/billing/:customer/update", act)
    .get("/subscription/:id/payment-details", (context) => {
      const row = find(state.subscriptions, context.req.param("id"));
      return row && isAllowed(context) ? context.html(cardForm(row)) : refused(context);
    })
    .post("/subscription/:id/payment-details", async (context) => {
      const row = find(state.subscriptions, context.req.param("id"));
      if (!row || !isAllowed(context)) return refused(context);
      const { card: wanted } = await context.req.parseBody();
      const card = CARDS.find(([one]) => one === wanted)?.[0];
      if (card && row.status !== "expired") changeCard(mock, row, card);
      onChange();
      return context.redirect(links.of(row)["customer_portal"] ?? "/", 303);
    });
}
