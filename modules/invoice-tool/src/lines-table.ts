import { element } from "@dramac/module-kit";
import type { Invoice } from "./invoice.ts";
import { formatMoney, shortAmount } from "./money.ts";
import { lineCents, totalsOf } from "./totals.ts";

/** Makes the table of lines and totals. Its roles are explicit, because narrow screens lay out the rows in another way. */
export function linesTable(invoice: Pick<Invoice, "lines" | "taxBasisPoints" | "currency">, locale: string | undefined): HTMLElement {
  const money = (cents: number) => formatMoney(cents, invoice.currency, locale);
  const { netCents, taxCents, totalCents } = totalsOf(invoice);
  const row = (...cells: HTMLElement[]) => element("tr", { role: "row" }, ...cells);
  const cell = (content: string, kind = "amount") => element("td", { role: "cell", class: kind }, content);
  const head = (name: string, index: number) => element("th", { role: "columnheader", scope: "col", class: index ? "amount" : "" }, name);
  const sum = (name: string, cents: number, kind = "") => {
    const made = row(element("th", { role: "rowheader", scope: "row", colspan: "3" }, name), cell(money(cents)));
    made.className = kind;
    return made;
  };
  return element(
    "table",
    { role: "table", class: "lines", "aria-label": "Lines" },
    element("thead", { role: "rowgroup" }, row(...["Description", "Quantity", "Price", "Amount"].map(head))),
    element(
      "tbody",
      { role: "rowgroup" },
      ...invoice.lines.map((line) =>
        row(cell(line.text, ""), cell(shortAmount(line.quantityMilli, 3)), cell(money(line.unitCents)), cell(money(lineCents(line)))),
      ),
    ),
    element(
      "tfoot",
      { role: "rowgroup" },
      sum("Net", netCents),
      sum(`Tax ${shortAmount(invoice.taxBasisPoints, 2)} %`, taxCents),
      sum("Total", totalCents, "whole"),
    ),
  );
}
