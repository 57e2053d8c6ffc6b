import type { Operation } from "./operation.ts";

export const CSV_TYPE = "text/csv";

/** A table as a file of comma-separated values. */
export interface CsvFile {
  readonly fileName: string;
  readonly text: string;
}

/** A text, or an amount in minor units of a currency. */
export type Cell = string | null | { readonly amount: number; readonly currency: string };

/** Answers a table, to be kept as a file. */
export const csvResponse = ({ answer }: Operation, { fileName, text }: CsvFile): Response =>
  new Response(answer.parse(text) as string, {
    headers: {
      "content-type": `${CSV_TYPE}; charset=utf-8; header=present`,
      "cache-control": "no-store",
      "content-disposition": `attachment; filename="${fileName}"`,
    },
  });

/** Records by RFC 4180: a head, one record each, all of them as long, lines that end in CRLF. */
export function writeCsv(head: readonly string[], records: readonly (readonly Cell[])[]): string {
  if (records.some(({ length }) => length !== head.length)) throw new RangeError("Every record has as many cells as the head.");
  return [head, ...records].map((record) => `${record.map(writeCell).join(",")}\r\n`).join("");
}

/**
 * Spreadsheets run what begins like a formula, and people choose their own names: an apostrophe in front makes it text again.
 * Amounts are ours, and stay numbers.
 */
function writeCell(cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell === "object") return plainAmount(cell.amount, digitsOf(cell.currency));
  const safe = /^[=+\-@\t\r\n]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** How many decimals a currency has: two for most, none for the yen. */
const digitsOf = (currency: string): number => new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;

/** With a point for the decimals, whatever the language; never by a division, which would round. */
function plainAmount(amount: number, digits: number): string {
  const units = Math.abs(amount)
    .toString()
    .padStart(digits + 1, "0");
  const sign = amount < 0 ? "-" : "";
  return digits === 0 ? sign + units : `${sign}${units.slice(0, -digits)}.${units.slice(-digits)}`;
}
