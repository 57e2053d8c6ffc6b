import { element } from "./element.ts";
import type { Invoice } from "./invoice.ts";
import { formatMoney, shortAmount } from "./money.ts";
import { lineCents, totalsOf } from "./totals.ts";

/** What an invoice is for, and what it comes to. */
export function linesTable(invoice: Pick<Invoice, "lines" | "taxBasisPoints" | "currency">, locale: string | undefined): HTMLElement {
  const money = (cents: number) => formatMoney(cents, invoice.currency, locale);
  const { netCents, taxCents, totalCents } = totalsOf(invoice);
  const sum = (name: string, cents: number, kind: string) =>
    element("tr", { class: kind }, element("th", { scope: "row", colspan: "3" }, name), element("td", { class: "amount" }, money(cents)));
  return element(
    "table",
    { class: "lines", "aria-label": "Lines" },
    element(
      "thead",
      {},
      element(
        "tr",
        {},
        ...["Description", "Quantity", "Price", "Amount"].map((name, place) => element("th", { scope: "col", class: place ? "amount" : "" }, name)),
      ),
    ),
    element(
      "tbody",
      {},
      ...invoice.lines.map((line) =>
        element(
          "tr",
          {},
          element("td", {}, line.text),
          element("td", { class: "amount" }, shortAmount(line.quantityMilli, 3)),
          element("td", { class: "amount" }, money(line.unitCents)),
          element("td", { class: "amount" }, money(lineCents(line))),
        ),
      ),
    ),
    element("tfoot", {}, sum("Net", netCents, ""), sum(`Tax ${shortAmount(invoice.taxBasisPoints, 2)} %`, taxCents, ""), sum("Total", totalCents, "whole")),
  );
}
