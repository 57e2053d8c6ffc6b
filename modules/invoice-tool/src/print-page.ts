import { element } from "@dramac/module-kit";
import type { PrintPage } from "@dramac/sdk";
import { formatDay } from "./day.ts";
import type { Invoice } from "./invoice.ts";
import { linesTable } from "./lines-table.ts";

export interface PrintOptions {
  /** Who sends it. */
  readonly sender: string;
  readonly paymentText: string;
  readonly locale: string | undefined;
}

const STYLE = `header{display:flex;justify-content:space-between;gap:2rem;align-items:baseline}h1{font-size:1.6rem;margin:0}
.sender{font-weight:600}.facts{display:flex;justify-content:space-between;gap:2rem;margin:2.5rem 0 2rem}.for,.remark{white-space:pre-line;overflow-wrap:anywhere}
.facts p{margin:0}.facts p:last-child{text-align:right}small{color:#555}
table{width:100%;border-collapse:collapse;font-variant-numeric:tabular-nums}th{text-align:left;font-weight:600}
thead th{color:#555;font-weight:400;font-size:.875rem;border-bottom:1px solid #bbb}td,th{padding:.4rem 0 .4rem 1rem;vertical-align:top}
td:first-child,thead th:first-child{padding-left:0;overflow-wrap:anywhere}.amount{text-align:right;white-space:nowrap}tfoot th{text-align:right;font-weight:400}
tfoot tr:first-child>*{border-top:1px solid #bbb}tfoot .whole>*{font-weight:600}tr{break-inside:avoid}
.mark{letter-spacing:.1em;color:#777;margin:.5rem 0 0;text-transform:uppercase}`;

/** Makes the page to print: lines and totals as the module shows them, with sender, recipient and dates. */
export function invoicePage(invoice: Invoice, { sender, paymentText, locale }: PrintOptions): PrintPage {
  const isMarked = invoice.status === "draft" || invoice.status === "cancelled";
  const remarks = [invoice.note, paymentText].filter(Boolean).map((text) => element("p", { class: "remark" }, text));
  const page = element(
    "article",
    {},
    element("header", {}, element("p", { class: "sender" }, sender), element("h1", {}, `Invoice ${invoice.label}`)),
    ...(isMarked ? [element("p", { class: "mark" }, invoice.status)] : []),
    element(
      "div",
      { class: "facts" },
      element("p", { class: "for" }, element("small", {}, "For"), `\n${[invoice.customer, invoice.address, invoice.email].filter(Boolean).join("\n")}`),
      element("p", {}, `Issued ${formatDay(invoice.issuedOn, locale)}`, element("br"), `Due ${formatDay(invoice.dueOn, locale)}`),
    ),
    linesTable(invoice, locale),
    ...remarks,
  );
  return { title: `${invoice.label} ${sender}`.slice(0, 120), html: `<style>${STYLE}</style>${page.outerHTML}` };
}
