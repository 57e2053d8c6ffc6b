import { html, raw } from "hono/html";
import type { Html } from "../page.ts";
import { type Fields, fieldsOf, type MarkupIssues, readMarkup } from "./read-markup.ts";
import { pricePreview, type Wholesale } from "./price-preview.ts";
import type { Subscription } from "./subscription.ts";
import { money, per } from "./labels.ts";

/** The prices that an agency pays for a subscription's module; none where it is not sold that way. */
export function wholesaleOf({ billingCycle, agreed, monthly, yearly }: Subscription): Wholesale {
  if (billingCycle === "one_time") return { one_time: agreed.wholesale };
  return { ...(monthly.wholesale && { monthly: monthly.wholesale }), ...(yearly.wholesale && { yearly: yearly.wholesale }) };
}

const WAYS = [
  ["percentage", "A percentage on top"],
  ["fixed", "A fixed amount on top"],
  ["custom", "A price of your own"],
  ["passthrough", "The same as you pay"],
] as const;

/** What the agency pays and asks, and the form that changes it. */
export function priceSection(subscription: Subscription, typed?: { readonly fields: Fields; readonly issues: MarkupIssues }): Html {
  const { id, agreed, currency, billingCycle, markup } = subscription;
  const fields = typed?.fields ?? fieldsOf(markup);
  const issues = typed?.issues ?? {};
  const read = readMarkup(fields);
  const value = (name: string) => String(fields[name] ?? "");
  const isOf = (type: string) => raw(`data-for="${type}"`);
  const field = (name: keyof MarkupIssues, label: string, hint: string) =>
    html`<label>${label} <input name="${name}" value="${value(name)}" inputmode="decimal" autocomplete="off"${
      issues[name] ? raw(` aria-invalid="true" aria-describedby="fault-${name}"`) : ""
    }><span class="hint">${hint}</span></label>${issues[name] ? html`<span class="fault" id="fault-${name}">${issues[name]}</span>` : ""}`;
  return html`<section class="card" id="price"><h2>Price and markup</h2>
<p>You pay <strong>${money(agreed.wholesale, currency)}</strong> ${per(billingCycle)} for this subscription. What your clients pay you for it is up to you.</p>
<form method="post" action="/subscriptions/${id}/markup" data-preview="/subscriptions/${id}/reckoning" novalidate>
<fieldset><legend>Your clients pay</legend>${WAYS.map(([type, label]) => html`<label class="choice"><input type="radio" name="type" value="${type}"${fields["type"] === type ? raw(" checked") : ""}><span>${label}</span></label>`)}${issues.type ? html`<span class="fault">${issues.type}</span>` : ""}</fieldset>
<fieldset ${isOf("percentage")}><legend class="soft">A percentage on top</legend><div>${field("percent", "Percent", "100 doubles the price.")}</div></fieldset>
<fieldset ${isOf("fixed")}><legend class="soft">A fixed amount on top</legend><div>${field("amount", `Amount in ${currency}`, "Added to each price.")}</div></fieldset>
<fieldset ${isOf("custom")}><legend class="soft">A price of your own</legend><div>${field("monthly", `A month, in ${currency}`, "Empty where you do not sell by the month.")}</div><div>${field("yearly", `A year, in ${currency}`, "Empty where you do not sell by the year.")}</div>
<label class="choice"><input type="checkbox" name="isSubsidy" value="yes"${value("isSubsidy") ? raw(" checked") : ""}><span>It may be below what we pay</span></label></fieldset>
<div id="price-preview" aria-live="polite">${pricePreview(wholesaleOf(subscription), "markup" in read ? read.markup : markup, currency)}</div>
<button data-busy="Saving …">Save the markup</button> <span class="hint">It holds for what is installed from now on. What was sold before keeps its price.</span></form></section>`;
}
