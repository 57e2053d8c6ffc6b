import type { Invoice } from "./invoice.ts";
import { digitsOf, plainAmount } from "./money.ts";
import { totalsOf } from "./totals.ts";

const HEAD = ["Number", "Status", "Customer", "E-mail", "Issued", "Due", "Currency", "Net", "Tax", "Total"];

/**
 * One cell by RFC 4180. Spreadsheets run what begins like a formula, and customers choose their own names:
 * an apostrophe in front makes it text again.
 */
export function cell(text: string): string {
  const safe = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Invoices as comma-separated values: a head, one record each, lines that end in CRLF. */
export function toCsv(invoices: readonly Invoice[]): string {
  const records = invoices.map((invoice) => {
    const { netCents, taxCents, totalCents } = totalsOf(invoice);
    const digits = digitsOf(invoice.currency);
    const amounts = [netCents, taxCents, totalCents].map((cents) => plainAmount(cents, digits));
    return [invoice.label, invoice.status, invoice.customer, invoice.email, invoice.issuedOn, invoice.dueOn, invoice.currency, ...amounts];
  });
  return [HEAD, ...records].map((record) => `${record.map(cell).join(",")}\r\n`).join("");
}
