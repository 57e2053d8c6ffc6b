import type { Operation } from "./operation.ts";

export const CSV_TYPE = "text/csv";

/** A file of comma-separated values. */
export interface CsvFile {
  readonly fileName: string;
  readonly text: string;
}

/** A text, or an amount in minor units of a currency. */
export type Cell = string | null | { readonly amount: number; readonly currency: string };

/** Answers with the table as a download. */
export const csvResponse = ({ answer }: Operation, { fileName, text }: CsvFile): Response =>
  new Response(answer.parse(text) as string, {
    headers: {
      "content-type": `${CSV_TYPE}; charset=utf-8; header=present`,
      "cache-control": "no-store",
      "content-disposition": `attachment; filename="${fileName}"`,
    },
  });

/** Writes RFC 4180: a header, then one line for each record, all with the same number of cells, separated by CRLF. @throws RangeError */
export function writeCsv(head: readonly string[], records: readonly (readonly Cell[])[]): string {
  if (records.some(({ length }) => length !== head.length)) throw new RangeError("A record must have as many cells as the header.");
  return [head, ...records].map((record) => `${record.map(writeCell).join(",")}\r\n`).join("");
}

/**
 * Spreadsheets run text that begins like a formula, and users choose names: an apostrophe in front keeps it text.
 * Amounts are computed by the platform and stay numbers.
 */
function writeCell(cell: Cell): string {
  if (cell === null) return "";
  if (typeof cell === "object") return plainAmount(cell.amount, digitsOf(cell.currency));
  const safe = /^[=+\-@\t\r\n]/.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The number of decimals of a currency: usually two, none for the yen. */
const digitsOf = (currency: string): number => new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;

/** With a decimal point in every language; without division, which would round. */
function plainAmount(amount: number, digits: number): string {
  const units = Math.abs(amount)
    .toString()
    .padStart(digits + 1, "0");
  const sign = amount < 0 ? "-" : "";
  return digits === 0 ? sign + units : `${sign}${units.slice(0, -digits)}.${units.slice(-digits)}`;
}
