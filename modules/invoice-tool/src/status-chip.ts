import { element } from "@dramac/module-kit";
import { type Invoice, isOverdue } from "./invoice.ts";

const WORDS = { draft: "Draft", sent: "Sent", paid: "Paid", cancelled: "Cancelled", overdue: "Overdue" } as const;

/** Shows the state of an invoice as a word. The colour only repeats it. */
export function statusChip(invoice: Invoice, today: string): HTMLElement {
  const state = isOverdue(invoice, today) ? "overdue" : invoice.status;
  return element("span", { class: `chip ${state}` }, WORDS[state]);
}
