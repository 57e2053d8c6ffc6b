import type { Answer } from "@dramac/sdk/node";
import { html, raw } from "hono/html";
import type { Html } from "../page.ts";
import type { Entitlement, Subscription } from "./subscription.ts";
import { money } from "./labels.ts";

type Checkout = Answer<"checkout.list">["items"][number];

/** The provider reports a payment within seconds. After this long the buyer gets more advice than "wait". */
const LONG_MS = 15_000;

/** The state of a payment. The page stops polling at a final state. */
export function paymentState({ id, moduleName }: Subscription, checkout: Checkout | undefined, { isAllowed, reason }: Entitlement, waitedMs: number): Html {
  const over = raw("data-over");
  const back = html`<a class="button" href="/subscriptions/${id}">Back to ${moduleName}</a>`;
  if (isAllowed && reason !== "cancelled" && checkout?.status !== "open")
    return html`<div ${over}><h2>Paid. ${moduleName} runs.</h2><p>${checkout ? `${money(checkout.amount, checkout.currency)} before tax. ` : ""}The receipt comes by e-mail. What was installed before is back already; from here it can be installed anywhere.</p><a class="button" href="/subscriptions/${id}#places">Install it</a></div>`;
  if (!checkout) return html`<div ${over}><h2>No payment is under way</h2><p>There is no open checkout for ${moduleName}.</p>${back}</div>`;
  switch (checkout.status) {
    case "expired":
      return html`<div ${over}><h2>The checkout was not paid in time</h2><p>Nothing was charged. Open another one whenever you like.</p>${back}</div>`;
    case "late":
    case "mismatched":
      return html`<div ${over}><h2>This payment does not count</h2><p>${checkout.reason ?? "It was not the agreed amount."} The buyer gets the charged amount back.</p>${back}</div>`;
    case "paid":
      return html`<h2><span class="turning"></span>Paid. Setting it up …</h2><p>The payment has arrived. ${moduleName} runs in a moment.</p>`;
    case "open":
      return html`<h2><span class="turning"></span>Waiting for the payment …</h2><p>The billing provider tells us within seconds. You may leave this page: the result is shown on the page of ${moduleName}.</p>${
        waitedMs > LONG_MS
          ? html`<p>We have not been told of a payment yet. If you have not paid, the checkout is still open. If you have, nothing is lost: it counts as soon as we hear of it, and it is never taken twice.</p><div class="row"><a class="button" href="${checkout.url ?? `/subscriptions/${id}`}">Back to the checkout</a><a class="button quiet" href="/subscriptions/${id}">Back to ${moduleName}</a></div>`
          : ""
      }`;
    default:
      return checkout.status satisfies never;
  }
}

/** The page to which buyers return. Without scripts it reloads itself. */
export const waitingPage = ({ id, moduleName }: Subscription, state: Html, since: number): Html =>
  html`<p><a href="/subscriptions/${id}">← ${moduleName}</a></p><h1>Payment for ${moduleName}</h1><section class="card" aria-live="polite" data-follow="/subscriptions/${id}/payment?since=${since}">${state}</section>`;
