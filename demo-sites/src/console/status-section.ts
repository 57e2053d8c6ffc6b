import { html } from "hono/html";
import type { Html } from "../page.ts";
import { button } from "./layout.ts";
import type { Entitlement, Subscription } from "./subscription.ts";
import { moment, money, per, statusLabel } from "./labels.ts";

const KINDS = { webhook: "told by the billing provider", reconciliation: "found by reconciliation", operation: "done here" } as const;
const ACTION_LABELS: Readonly<Record<string, string>> = { "subscription.cancel": "cancelled", "subscription.resume": "cancellation taken back" };

/** The possible actions, the most likely one first. */
function actions({ id, status, agreed, currency, billingCycle }: Subscription, { reason }: Entitlement): Html[] {
  const at = (action: string) => `/subscriptions/${id}/${action}`;
  const pay = button(at("pay"), `Pay ${money(agreed.wholesale, currency)} ${per(billingCycle)}`, { busy: "Opening the checkout …" });
  const portal = button(at("portal"), "Payment method and invoices", { look: "quiet", opens: true, busy: "Opening …" });
  const cancel = html`<a class="button quiet" href="${at("cancel")}">Cancel …</a>`;
  if (reason === "granted" || reason === "free") return [];
  switch (status) {
    case "pending":
      return [pay, button(at("end"), "Do not subscribe after all", { look: "quiet" })];
    case "expired":
      return [pay, portal];
    case "cancelled":
      return reason === "ended" ? [portal] : [button(at("resume"), "Take the cancellation back", { busy: "Taking it back …" }), portal];
    case "active":
    case "on_trial":
    case "past_due":
      return [portal, cancel];
    default:
      return [portal];
  }
}

/** Whether the module may run, why, until when, and what would change that. */
export function statusSection(subscription: Subscription, entitlement: Entitlement): Html {
  const { isAllowed, reason, sentence, mayInstall, maySetSettings, validUntil, next, remedy, causes } = entitlement;
  return html`<section class="card" id="status"><h2>Status</h2><p>${sentence}${remedy ? html` <strong>${remedy}</strong>` : ""}</p>
<dl><dt>It runs</dt><dd>${isAllowed ? "yes" : "no: visitors see its fallback"}</dd>
<dt>More can be installed</dt><dd>${mayInstall ? "yes" : "no"}</dd><dt>Settings can be changed</dt><dd>${maySetSettings ? "yes" : "no"}</dd>
${validUntil ? html`<dt>Until</dt><dd>${moment(validUntil)}${next && next !== reason ? html`, then: ${statusLabel(next).toLowerCase()}` : ""}</dd>` : ""}</dl>
<div class="row">${actions(subscription, entitlement)}</div></section>
${
  causes.length
    ? html`<section class="card"><details><summary>What brought it here</summary><table class="stacks"><thead><tr><th scope="col">When</th><th scope="col">It became</th><th scope="col">Because of</th></tr></thead><tbody>${causes.map(
        ({ at, reason: became, kind, detail }) =>
          html`<tr><td>${moment(at)}</td><td data-label="It became">${statusLabel(became).toLowerCase()}</td><td data-label="Because of">${(detail && ACTION_LABELS[detail]) || detail || "–"}, ${KINDS[kind]}</td></tr>`,
      )}</tbody></table></details></section>`
    : ""
}`;
}
