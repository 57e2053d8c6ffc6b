import type { Answer } from "@dramac/sdk/node";
import { html } from "hono/html";
import type { Html } from "../page.ts";
import { day, money } from "./labels.ts";

type Payment = Answer<"subscription.payments">["items"][number];

const STATUS_LABELS: Readonly<Record<string, string>> = {
  paid: "paid",
  pending: "awaited",
  failed: "failed",
  void: "void",
  refunded: "given back",
  partial_refund: "given back in part",
};
const statusLabel = (status: string): string => STATUS_LABELS[status] ?? status.replaceAll("_", " ");

/** An order's first invoice says the same as the order: the order is shown. */
const isShown = (payment: Payment, _: number, all: readonly Payment[]): boolean =>
  payment.kind === "order" ||
  !all.some(({ kind, at, total }) => kind === "order" && total === payment.total && Math.abs(Date.parse(at) - Date.parse(payment.at)) < 60_000);

/** What was paid, newest first. */
export function paymentsSection(payments: readonly Payment[]): Html {
  const shown = payments.filter(isShown);
  return html`<section class="card" id="payments"><h2>Payments</h2>${
    shown.length
      ? html`<table class="stacks"><thead><tr><th scope="col">Day</th><th scope="col">What</th><th scope="col">Before tax</th><th scope="col">Tax</th><th scope="col">Total</th><th scope="col">Status</th></tr></thead><tbody>${shown.map(
          ({ at, kind, id, subtotal, discount, tax, total, refunded, currency, status }) =>
            html`<tr><td>${day(at)}</td><td data-label="What">${kind === "order" ? "First payment" : "Renewal"} <span class="soft">no. ${id}</span></td><td data-label="Before tax">${money(subtotal - discount, currency)}</td><td data-label="Tax">${money(tax, currency)}</td><td data-label="Total">${money(total, currency)}</td><td data-label="Status">${statusLabel(status)}${refunded ? ` (${money(refunded, currency)})` : ""}</td></tr>`,
        )}</tbody></table><p class="soft">The receipts themselves are with the provider: “Payment method and invoices”, above.</p>`
      : html`<p class="soft">Nothing has been paid for it yet.</p>`
  }</section>`;
}
