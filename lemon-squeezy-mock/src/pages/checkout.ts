import { type Context, Hono } from "hono";
import { html } from "hono/html";
import type { MockContext } from "../records.ts";
import { offeredBy, priceOf, purchase } from "../purchase.ts";
import type { Card, Checkout, Custom } from "../types.ts";
import { find } from "../state-file.ts";
import { CARDS, type Html, page, priceIn } from "./page.ts";

const TAXES = [
  [0, "Somewhere without VAT"],
  [16, "Zambia, 16 % VAT"],
  [23, "Poland, 23 % VAT"],
] as const;

/** The page where a buyer pays. It works without scripts; after a declined payment it shows the form again. */
export function checkoutPage(mock: MockContext, onChange: () => void): Hono {
  const { state, catalogue } = mock;

  function form(checkout: Checkout, message = "", typed: { readonly email?: string; readonly name?: string } = {}): Html {
    const offered = offeredBy(mock, checkout);
    const currency = catalogue.stores.find(({ id }) => id === checkout.storeId)?.currency ?? "USD";
    const first = offered.find(({ id }) => id === checkout.variantId) ?? offered[0];
    const name = checkout.productOptions.name ?? first?.productName ?? "";
    const { email, name: buyer } = { ...checkout.checkoutData, ...typed };
    const priceTag = (id: number) => priceIn(priceOf(mock, checkout, id), currency);
    return page(
      `Pay for ${name}`,
      html`<h1>${name}</h1>
<section><p class="price">${first ? priceTag(first.id) : ""} <span class="soft">${first?.interval ? `a ${first.interval}` : "once"}, before tax</span></p>
${first?.trialDays ? html`<p>${first.trialDays} days for nothing first.</p>` : ""}
<p class="soft">${checkout.mode === "test" ? "Test mode" : "Live mode"}</p></section>
${message ? html`<p class="warn" role="alert">${message}</p>` : ""}
<form method="post"><section>
${offered.length > 1 ? html`<fieldset><legend>What to buy</legend>${offered.map(({ id, name }) => html`<label><input type="radio" name="variant" value="${id}" ${id === first?.id ? "checked" : ""}> ${name}, ${priceTag(id)}</label>`)}</fieldset>` : ""}
<label>E-mail <input type="email" name="email" required autocomplete="email" value="${email ?? ""}"></label>
<label>Name <input type="text" name="name" required autocomplete="name" value="${buyer ?? ""}"></label>
<label>Where you live <select name="tax">${TAXES.map(([rate, country]) => html`<option value="${rate}">${country}</option>`)}</select></label>
<fieldset><legend>Pay with</legend>${CARDS.map(([card, label], index) => html`<label><input type="radio" name="card" value="${card}" ${index === 0 ? "checked" : ""}> ${label}</label>`)}</fieldset>
<button class="pay" type="submit">Pay</button></section></form>`,
    );
  }

  const known = (context: Context) => find(state.checkouts, context.req.param("id") ?? "");
  const gone = (context: Context) => context.html(page("No such checkout", html`<h1>There is no such checkout.</h1>`), 404);

  return new Hono()
    .get("/checkout/:id", (context) => {
      const checkout = known(context);
      if (!checkout) return gone(context);
      const isOver = checkout.expiresAt !== null && checkout.expiresAt <= mock.clock.now();
      return isOver ? context.html(page("Expired", html`<h1>This checkout has expired.</h1>`), 410) : context.html(form(checkout));
    })
    .post("/checkout/:id", async (context) => {
      const checkout = known(context);
      if (!checkout) return gone(context);
      const fields = await context.req.parseBody();
      const field = (name: string) => (typeof fields[name] === "string" ? fields[name].trim() : "");
      const typed = { email: field("email"), name: field("name") };
      const card = CARDS.find(([one]) => one === field("card"))?.[0] ?? ("good" satisfies Card);
      if (!/^[^@\s]+@[^@\s]+$/.test(typed.email)) return context.html(form(checkout, "Give an e-mail address.", typed), 422);
      const custom = customOf(context.req.query());
      const variant = field("variant") ? { variantId: Number(field("variant")) } : {};
      try {
        purchase(mock, checkout, { email: typed.email, name: typed.name || "A buyer", card, taxRate: Number(field("tax")) || 0, ...variant, custom });
      } catch (error) {
        return context.html(form(checkout, (error as Error).message, typed), 402);
      }
      onChange();
      const { redirect_url } = checkout.productOptions;
      return redirect_url ? context.redirect(redirect_url, 303) : context.html(page("Paid", html`<h1>Thank you.</h1><p>It is paid.</p>`));
    });
}

/** Custom data in the URL: `?checkout[custom][name]=value`. Any buyer can write it. */
function customOf(query: Readonly<Record<string, string>>): Custom {
  return Object.fromEntries(
    Object.entries(query).flatMap(([key, value]) => {
      const name = /^checkout\[custom\]\[([^\]]+)\]$/.exec(key)?.[1];
      return name === undefined ? [] : [[name, value]];
    }),
  );
}
