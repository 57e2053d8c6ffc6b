import { createButton, element } from "@dramac/module-kit";
import type { StoredDocument } from "@dramac/sdk";
import { createFilters } from "./filters.ts";
import { find, pageOf, type Query, type Sort } from "./find.ts";
import type { Invoice } from "./invoice.ts";
import { createTable, type MemberFormat } from "./table.ts";

export interface ListActions {
  open(id: string): void;
  create(): void;
  /** Exports the listed invoices. */
  download(invoices: readonly Invoice[]): void;
}

type Stored = StoredDocument<Invoice>;

/** Makes the list of invoices, with search, sorting and pages. */
export function createListView(format: MemberFormat, on: ListActions) {
  let query: Query = { text: "", status: "all", sort: "number", isDown: true, page: 0 };
  let all: readonly Stored[] = [];
  const heading = element("h2", { tabindex: "-1" }, "Invoices");
  const create = createButton("New invoice", on.create, "first");
  const download = createButton("Export CSV", () => on.download(found().map(({ data }) => data)), "quiet");
  const filters = createFilters(({ text, status }) => change({ text, status, page: 0 }));
  const table = createTable(format, on.open, (sort: Sort) => change({ sort, isDown: query.sort === sort ? !query.isDown : false, page: 0 }));
  const empty = element("p", { class: "empty" });
  const count = element("p", { class: "count", role: "status" });
  const back = createButton("Previous", () => change({ page: query.page - 1 }), "quiet");
  const forth = createButton("Next", () => change({ page: query.page + 1 }), "quiet");
  const pager = element("nav", { class: "pager", "aria-label": "Pages of the list" }, back.node, count, forth.node);
  const view = element(
    "section",
    {},
    element("header", {}, heading, element("div", { class: "actions" }, download.node, create.node)),
    filters.form,
    table.node,
    empty,
    pager,
  );

  const found = () => find(all, query, format.today());
  function change(part: Partial<Query>): void {
    query = { ...query, ...part };
    draw();
  }

  function draw(): void {
    const list = found();
    const { items, page, pages } = pageOf(list, query.page);
    query = { ...query, page };
    table.render(items, query);
    table.node.hidden = !items.length;
    filters.form.hidden = !all.length;
    download.node.hidden = !list.length;
    empty.hidden = items.length > 0;
    empty.textContent = all.length ? "No invoice matches. Search for less, or choose all." : "There are no invoices yet. The first one takes a minute.";
    pager.hidden = !list.length;
    count.textContent = pages > 1 ? `${list.length} invoices, page ${page + 1} of ${pages}` : list.length === 1 ? "1 invoice" : `${list.length} invoices`;
    back.node.hidden = forth.node.hidden = pages === 1;
    back.setBusy(page === 0);
    forth.setBusy(page === pages - 1);
  }

  return {
    view,
    heading,
    create: create.node,
    render(documents: readonly Stored[]): void {
      all = documents;
      draw();
    },
    /** Shows the invoices of one state, for a link of the widget. */
    filter(status: Query["status"]): void {
      filters.choose(status);
      change({ status, page: 0 });
    },
  };
}
