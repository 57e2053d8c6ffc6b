import { html } from "hono/html";
import type { Html } from "../page.ts";
import { collect, type ConsoleContext } from "./console-context.ts";
import { paymentsSection } from "./payments-section.ts";
import { installationsSection } from "./installations-section.ts";
import { readScopes } from "./installation-scopes.ts";
import { priceSection } from "./price-section.ts";
import type { Fields, MarkupIssues } from "./read-markup.ts";
import { statusSection } from "./status-section.ts";
import { readEntitlement, type Subscription } from "./subscription.ts";
import { pill } from "./labels.ts";

/** The module of a subscription, while it is sold; of one that is not any more nothing can be installed. */
export async function moduleOf({ api, agencyId }: ConsoleContext, { moduleId }: Subscription) {
  const all = await collect(api.list("module.browse", { path: { agencyId } }));
  return all.find(({ id }) => id === moduleId);
}

/** Everything about one subscription. */
export async function subscriptionPage(
  context: ConsoleContext,
  subscription: Subscription,
  message: Html | "",
  typed?: { readonly fields: Fields; readonly issues: MarkupIssues },
): Promise<Html> {
  const { api, agencyId } = context;
  const path = { agencyId, subscriptionId: subscription.id };
  const [entitlement, payments, module] = await Promise.all([
    readEntitlement(context, subscription.id),
    api.call("subscription.payments", { path }),
    moduleOf(context, subscription),
  ]);
  const scopes = module ? await readScopes(context, module) : [];
  return html`<p><a href="/">← Modules</a></p>${message}<h1>${subscription.moduleName}</h1><p>${pill(entitlement.reason)}</p>${module?.description ? html`<p class="lead">${module.description}</p>` : ""}
${statusSection(subscription, entitlement)}${priceSection(subscription, typed)}${module ? installationsSection(context, subscription, entitlement, scopes) : ""}${paymentsSection(payments.items)}`;
}
