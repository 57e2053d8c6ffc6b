import { type Button, createButton, element } from "@dramac/module-kit";
import type { StoredDocument } from "@dramac/sdk";
import { formatDay } from "./day.ts";
import type { Invoice, Status } from "./invoice.ts";
import { linesTable } from "./lines-table.ts";
import { statusChip } from "./status-chip.ts";
import type { MemberFormat } from "./table.ts";

export interface InvoiceActions {
  back(): void;
  edit(document: StoredDocument<Invoice>): void;
  /** Resolves when the new state is stored, or when the refusal is shown. */
  mark(document: StoredDocument<Invoice>, status: Status): Promise<void>;
  /** Resolves when the page to print is ready, or when the failure is shown. */
  print(invoice: Invoice): Promise<void>;
  savePdf(invoice: Invoice): void;
}

/** The states that may follow a state, with the labels of their buttons. */
const NEXT: { readonly [From in Status]: readonly (readonly [to: Status, label: string, during: string])[] } = {
  draft: [["sent", "Mark as sent", "Marking …"]],
  sent: [["paid", "Mark as paid", "Marking …"]],
  paid: [],
  cancelled: [],
};

/** Makes the view of an invoice. Only a draft can be edited. */
export function createInvoiceView(document: StoredDocument<Invoice>, { locale, today }: MemberFormat, on: InvoiceActions) {
  const { data } = document;
  const heading = element("h2", { tabindex: "-1" }, data.label, " ", statusChip(data, today()));
  const buttons: Button[] = [];
  const add = (label: string, during: string, kind: string, onClick: () => void | Promise<void>) => {
    const button = createButton(
      label,
      async () => {
        for (const one of buttons) one.setBusy(true);
        button.setBusy(true, during);
        await onClick();
        for (const one of buttons) one.setBusy(false);
      },
      kind,
    );
    buttons.push(button);
    return button.node;
  };
  const actions = element("div", { class: "actions" });
  for (const [to, label, during] of NEXT[data.status]) actions.append(add(label, during, "first", () => on.mark(document, to)));
  if (data.status === "draft") actions.append(add("Edit", "Edit", "quiet", () => on.edit(document)));
  actions.append(add("Print", "Preparing …", "quiet", () => on.print(data)));
  actions.append(add("Download PDF", "Download PDF", "quiet", () => on.savePdf(data)));
  if (data.status === "draft" || data.status === "sent") actions.append(askTwice());

  /** Cancelling cannot be undone, so the button asks for confirmation. */
  function askTwice(): HTMLElement {
    const container = element("span", { class: "twice" });
    const sure = add("Yes, cancel it", "Cancelling …", "danger", () => on.mark(document, "cancelled"));
    const keep = createButton("Keep it", () => (container.replaceChildren(ask.node), ask.node.focus()), "quiet");
    const ask = createButton(
      "Cancel invoice",
      () => (container.replaceChildren("Sure? Its number stays taken. ", sure, keep.node), keep.node.focus()),
      "quiet",
    );
    container.append(ask.node);
    return container;
  }

  const fact = (name: string, value: string) => (value ? [element("dt", {}, name), element("dd", {}, value)] : []);
  const view = element(
    "section",
    {},
    createButton("All invoices", on.back, "link back").node,
    element("header", {}, heading),
    element(
      "dl",
      {},
      ...fact("Customer", data.customer),
      ...fact("E-mail", data.email),
      ...fact("Address", data.address),
      ...fact("Issued", formatDay(data.issuedOn, locale())),
      ...fact("Due", formatDay(data.dueOn, locale())),
    ),
    linesTable(data, locale()),
    ...(data.note ? [element("p", { class: "remark" }, data.note)] : []),
    actions,
  );
  return { view, heading };
}
