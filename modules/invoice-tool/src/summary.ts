import { type Invoice, isOverdue } from "./invoice.ts";
import { totalsOf } from "./totals.ts";

export interface Summary {
  /** The sum of invoices that are sent and not paid, by currency. */
  readonly open: ReadonlyMap<string, number>;
  readonly openCount: number;
  readonly overdueCount: number;
}

export function summarise(invoices: readonly Invoice[], today: string): Summary {
  const open = new Map<string, number>();
  const sent = invoices.filter(({ status }) => status === "sent");
  for (const invoice of sent) open.set(invoice.currency, (open.get(invoice.currency) ?? 0) + totalsOf(invoice).totalCents);
  return { open, openCount: sent.length, overdueCount: sent.filter((invoice) => isOverdue(invoice, today)).length };
}
