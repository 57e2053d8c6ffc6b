import { type Invoice, isOverdue, type Status } from "./invoice.ts";
import { totalsOf } from "./totals.ts";

export type Sort = "number" | "customer" | "dueOn" | "status" | "total";

export interface Query {
  readonly text: string;
  readonly status: Status | "overdue" | "all";
  readonly sort: Sort;
  readonly isDown: boolean;
  /** From zero. */
  readonly page: number;
}

export const PAGE_SIZE = 20;

const keyOf: { readonly [Name in Sort]: (invoice: Invoice) => string | number } = {
  number: ({ number }) => number,
  customer: ({ customer }) => customer.toLocaleLowerCase(),
  dueOn: ({ dueOn }) => dueOn,
  status: ({ status }) => status,
  total: (invoice) => totalsOf(invoice).totalCents,
};

/** Finds and sorts invoices. Equal ones are sorted by number, newest first. */
export function find<One extends { readonly data: Invoice }>(all: readonly One[], { text, status, sort, isDown }: Omit<Query, "page">, today: string): One[] {
  const words = text.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const key = keyOf[sort];
  return all
    .filter(({ data }) => status === "all" || (status === "overdue" ? isOverdue(data, today) : data.status === status))
    .filter(({ data: { label, customer, email, lines, note } }) => {
      const whole = [label, customer, email, note, ...lines.map((line) => line.text)].join("\n").toLocaleLowerCase();
      return words.every((word) => whole.includes(word));
    })
    .sort(({ data: a }, { data: b }) => {
      const [left, right] = [key(a), key(b)];
      const order = typeof left === "string" ? left.localeCompare(String(right)) : left - Number(right);
      return (isDown ? -order : order) || b.number - a.number;
    });
}

/** One page of a list, and the number of pages. A page after the last one becomes the last one. */
export function pageOf<One>(list: readonly One[], page: number): { items: readonly One[]; page: number; pages: number } {
  const pages = Math.max(1, Math.ceil(list.length / PAGE_SIZE));
  const shown = Math.min(Math.max(0, page), pages - 1);
  return { items: list.slice(shown * PAGE_SIZE, (shown + 1) * PAGE_SIZE), page: shown, pages };
}
