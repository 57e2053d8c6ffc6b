import type { Invoice } from "./invoice.ts";
import { digitsOf, plainAmount } from "./money.ts";
import { totalsOf } from "./totals.ts";

const HEAD = ["Number", "Status", "Customer", "E-mail", "Issued", "Due", "Currency", "Net", "Tax", "Total"];

/**
 * Writes one cell by RFC 4180. Spreadsheets run a cell that begins like a formula, and customers choose their own names,
 * so such a cell gets an apostrophe in front, which makes it text.
 */
export function cell(text: string): string {
  const safe = /^[=+\-@\t\r\n]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Writes invoices as comma-separated values: a header, one record for each invoice, lines that end in CRLF. */
export function toCsv(invoices: readonly Invoice[]): string {
  const records = invoices.map((invoice) => {
    const { netCents, taxCents, totalCents } = totalsOf(invoice);
    const digits = digitsOf(invoice.currency);
    const amounts = [netCents, taxCents, totalCents].map((cents) => plainAmount(cents, digits));
    return [invoice.label, invoice.status, invoice.customer, invoice.email, invoice.issuedOn, invoice.dueOn, invoice.currency, ...amounts];
  });
  return [HEAD, ...records].map((record) => `${record.map(cell).join(",")}\r\n`).join("");
}
