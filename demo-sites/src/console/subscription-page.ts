import { html } from "hono/html";
import type { Html } from "../page.ts";
import { collect, type Desk } from "./desk.ts";
import { paymentsSection } from "./payments-section.ts";
import { placesSection } from "./places-section.ts";
import { readPlaces } from "./places.ts";
import { priceSection } from "./price-section.ts";
import type { Fields, MarkupFaults } from "./read-markup.ts";
import { standingSection } from "./standing-section.ts";
import { readEntitlement, type Subscription } from "./subscription.ts";
import { pill } from "./words.ts";

/** The module of a subscription, while it is sold; of one that is not any more nothing can be installed. */
export async function moduleOf({ api, agencyId }: Desk, { moduleId }: Subscription) {
  const all = await collect(api.list("module.browse", { path: { agencyId } }));
  return all.find(({ id }) => id === moduleId);
}

/** Everything about one subscription. */
export async function subscriptionPage(
  desk: Desk,
  subscription: Subscription,
  said: Html | "",
  typed?: { readonly fields: Fields; readonly faults: MarkupFaults },
): Promise<Html> {
  const { api, agencyId } = desk;
  const path = { agencyId, subscriptionId: subscription.id };
  const [entitlement, payments, module] = await Promise.all([
    readEntitlement(desk, subscription.id),
    api.call("subscription.payments", { path }),
    moduleOf(desk, subscription),
  ]);
  const places = module ? await readPlaces(desk, module) : [];
  return html`<p><a href="/">← Modules</a></p>${said}<h1>${subscription.moduleName}</h1><p>${pill(entitlement.reason)}</p>${module?.description ? html`<p class="lead">${module.description}</p>` : ""}
${standingSection(subscription, entitlement)}${priceSection(subscription, typed)}${module ? placesSection(desk, subscription, entitlement, places) : ""}${paymentsSection(payments.items)}`;
}
