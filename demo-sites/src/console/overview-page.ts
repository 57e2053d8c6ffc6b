import { html } from "hono/html";
import type { Html } from "../page.ts";
import { collect, type ConsoleContext } from "./console-context.ts";
import { button } from "./layout.ts";
import { type Entitlement, type Module, readEntitlement, readSubscriptions, type Subscription } from "./subscription.ts";
import { count, type Cycle, day, money, per, pill } from "./labels.ts";

const retailOf = ({ billingCycle, monthly, yearly }: Subscription) =>
  (billingCycle === "yearly" ? yearly : billingCycle === "monthly" ? monthly : undefined)?.retail;

function subscriptionCard(one: Subscription, { reason, validUntil }: Entitlement): Html {
  const { id, moduleName, agreed, currency, billingCycle, currentInstallations, currentPeriodEnd } = one;
  const retail = retailOf(one);
  const until = currentPeriodEnd ?? validUntil;
  const next = until && (reason === "paid" ? html`Renews on ${day(until)}` : reason === "cancelled" ? html`Runs until ${day(until)}` : "");
  return html`<li><h3><a href="/subscriptions/${id}">${moduleName}</a></h3><p>${pill(reason)}</p><p>${
    reason === "granted"
      ? html`<span class="price">Nothing to pay</span> <span class="soft">instead of ${money(agreed.wholesale, currency)} ${per(billingCycle)}</span>`
      : html`<span class="price">${money(agreed.wholesale, currency)}</span> ${per(billingCycle)}`
  }</p>
<p class="soft">${retail == null ? "" : html`Your clients pay ${money(retail, currency)}. `}${currentInstallations ? `Installed at ${count(currentInstallations, "place")}.` : "Installed nowhere yet."} ${next}</p></li>`;
}

/** The ways in which a module is sold, the one that it is priced by first. */
function cyclesOf({ pricingType, wholesaleMonthly, wholesaleYearly, wholesaleOneTime }: Module): readonly (readonly [Cycle, number])[] {
  if (pricingType === "one_time") return [["one_time", wholesaleOneTime]];
  const sold = [["monthly", wholesaleMonthly] as const, ["yearly", wholesaleYearly] as const].filter(([, price]) => price > 0);
  return pricingType === "yearly" ? sold.reverse() : sold;
}

function offerCard(module: Module): Html {
  const { id, name, description, currency, installLevel } = module;
  return html`<li><h3>${name}</h3><p class="soft">${description ?? ""}</p><p class="soft">Installed on ${installLevel === "agency" ? "your agency" : `a ${installLevel === "site" ? "website" : "client"}`}.</p>
${cyclesOf(module).map(([cycle, price]) => html`<div class="row"><span><span class="price">${money(price, currency)}</span> ${per(cycle)}</span>${button("/subscribe", `Subscribe ${cycle === "one_time" ? "" : `by the ${cycle === "monthly" ? "month" : "year"}`}`.trim(), { busy: "Subscribing …", fields: { moduleId: id, billingCycle: cycle } })}</div>`)}</li>`;
}

/** What the agency has, and what it could have. */
export async function overviewPage(context: ConsoleContext): Promise<Html> {
  const { api, agencyId } = context;
  const [modules, subscriptions] = await Promise.all([collect(api.list("module.browse", { path: { agencyId } })), readSubscriptions(context)]);
  const paid = subscriptions.filter(({ agreed }) => agreed.wholesale > 0);
  const entitlements = await Promise.all(paid.map(({ id }) => readEntitlement(context, id)));
  const isHeld = (id: string) => subscriptions.some(({ moduleId }) => moduleId === id);
  const [free, offered] = [
    modules.filter(({ pricingType }) => pricingType === "free"),
    modules.filter(({ pricingType, id }) => pricingType !== "free" && !isHeld(id)),
  ];
  return html`<h1>Modules</h1><p class="lead">What you subscribe to, what your clients pay you for it, and what else there is.</p>
<h2>Your subscriptions</h2>${
    paid.length
      ? html`<ul class="cards">${paid.map((one, index) => subscriptionCard(one, entitlements[index] as Entitlement))}</ul>`
      : html`<p class="empty">You subscribe to nothing yet. Choose a module below: you see what it costs before you pay.</p>`
  }
<h2>More modules</h2>${offered.length ? html`<ul class="cards">${offered.map(offerCard)}</ul>` : html`<p class="empty">You have every module that there is.</p>`}
${free.length ? html`<h2>Free modules</h2><ul class="cards">${free.map(({ name, description }) => html`<li><h3>${name}</h3><p class="soft">${description ?? ""}</p></li>`)}</ul>` : ""}`;
}
