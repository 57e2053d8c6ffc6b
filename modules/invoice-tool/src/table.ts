import { element } from "@dramac/module-kit";
import type { StoredDocument } from "@dramac/sdk";
import { formatDay } from "./day.ts";
import type { Query, Sort } from "./find.ts";
import type { Invoice } from "./invoice.ts";
import { formatMoney } from "./money.ts";
import { statusChip } from "./status-chip.ts";
import { totalsOf } from "./totals.ts";

/** How days and amounts are formatted for this member. */
export interface MemberFormat {
  readonly locale: () => string | undefined;
  readonly today: () => string;
}

const COLUMNS: { readonly [Name in Sort]: string } = { number: "Number", customer: "Customer", dueOn: "Due", status: "Status", total: "Total" };

/** Makes the table of invoices; its headers sort it. Its roles are explicit: narrow screens lay out the rows as cards, and screen readers still find a table. */
export function createTable({ locale, today }: MemberFormat, onOpen: (id: string) => void, onSort: (sort: Sort) => void) {
  const heads = (Object.entries(COLUMNS) as [Sort, string][]).map(([sort, name]) => {
    const button = element("button", { type: "button", class: "sort" }, name);
    button.addEventListener("click", () => onSort(sort));
    return { sort, head: element("th", { role: "columnheader", scope: "col", class: sort }, button) };
  });
  const body = element("tbody", { role: "rowgroup" });
  const node = element(
    "table",
    { role: "table", "aria-label": "Invoices" },
    element("thead", { role: "rowgroup" }, element("tr", { role: "row" }, ...heads.map(({ head }) => head))),
    body,
  );

  function row({ id, data }: StoredDocument<Invoice>): HTMLElement {
    const open = element("button", { type: "button", class: "link", "data-id": id }, data.label);
    open.addEventListener("click", () => onOpen(id));
    const cell = (name: Sort, ...content: (Node | string)[]) => element("td", { role: "cell", class: name }, ...content);
    return element(
      "tr",
      { role: "row" },
      cell("number", open),
      cell("customer", data.customer),
      cell("dueOn", formatDay(data.dueOn, locale())),
      cell("status", statusChip(data, today())),
      cell("total", formatMoney(totalsOf(data).totalCents, data.currency, locale())),
    );
  }

  return {
    node,
    render(documents: readonly StoredDocument<Invoice>[], { sort, isDown }: Query): void {
      for (const { sort: own, head } of heads) {
        if (own === sort) head.setAttribute("aria-sort", isDown ? "descending" : "ascending");
        else head.removeAttribute("aria-sort");
      }
      // Rows are drawn again when another member changes an invoice; the focused one keeps the focus.
      const focused = body.contains(document.activeElement) ? (document.activeElement as HTMLElement).dataset.id : undefined;
      body.replaceChildren(...documents.map(row));
      if (focused) body.querySelector<HTMLElement>(`[data-id="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    },
  };
}
