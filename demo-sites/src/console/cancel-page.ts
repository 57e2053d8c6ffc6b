import { html } from "hono/html";
import type { Html } from "../page.ts";
import { button } from "./layout.ts";
import type { InstallationScope } from "./installation-scopes.ts";
import type { Subscription } from "./subscription.ts";
import { count, day } from "./labels.ts";

/** What cancelling means, before it is done. */
export function cancelPage({ id, moduleName, currentPeriodEnd }: Subscription, scopes: readonly InstallationScope[], fallback: string | undefined): Html {
  const installed = scopes.filter(({ installationId }) => installationId !== null);
  const end = currentPeriodEnd ? html`${day(currentPeriodEnd)}` : "the end of the period that is paid for";
  return html`<p><a href="/subscriptions/${id}">← ${moduleName}</a></p><h1>Cancel ${moduleName}?</h1><section class="card">
<ul><li>Nothing changes before ${end}: what you have paid for runs until then.</li>
<li>Nothing is charged any more.</li>
<li>From now on it cannot be installed anywhere else.</li>
<li>${
    installed.length
      ? html`On that day it stops at ${count(installed.length, "place")}: ${installed.map(({ name }) => name).join(", ")}. ${fallback ? html`Visitors then read: “${fallback}”` : "Visitors then see nothing in its place."}`
      : "It is installed nowhere, so no website changes."
  }</li>
<li>Until then you can take the cancellation back. Afterwards you can pay again, and everything returns with its settings and data.</li></ul>
<div class="row">${button(`/subscriptions/${id}/cancel`, "Cancel the subscription", { look: "stop", busy: "Cancelling …" })}<a class="button quiet" href="/subscriptions/${id}">Keep it</a></div></section>`;
}
