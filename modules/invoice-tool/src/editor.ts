import { createButton, element } from "@dramac/module-kit";
import { createField } from "./field.ts";
import { type Draft, LIMITS } from "./invoice.ts";
import { createLineFields } from "./line-fields.ts";
import { digitsOf, formatMoney, parseAmount, plainAmount, shortAmount } from "./money.ts";
import { type Issues, readDraft, readLine, type TypedDraft } from "./read-draft.ts";
import { lineCents, totalsOf } from "./totals.ts";

export interface EditorOptions {
  readonly title: string;
  readonly currency: string;
  readonly locale: string | undefined;
  readonly start: Omit<Draft, "lines"> & Partial<Pick<Draft, "lines">>;
  save(draft: Draft): void;
  leave(): void;
}

/** Makes the form for an invoice. The total follows every key, and issues are shown below their inputs. */
export function createEditor({ title, currency, locale, start, save, leave }: EditorOptions) {
  const digits = digitsOf(currency);
  const money = (cents: number) => formatMoney(cents, currency, locale);
  const fields = {
    customer: createField("customer", "Customer", { maxlength: "120", value: start.customer, autocomplete: "off" }),
    email: createField("email", "E-mail (optional)", { type: "email", maxlength: "254", value: start.email, autocomplete: "off" }),
    address: createField("address", "Address (optional)", { rows: "3", maxlength: "400" }),
    issuedOn: createField("issuedOn", "Issued", { type: "date", value: start.issuedOn }),
    dueOn: createField("dueOn", "Due", { type: "date", value: start.dueOn }),
    tax: createField("tax", "Tax, per cent", { inputmode: "decimal", maxlength: "6", value: shortAmount(start.taxBasisPoints, 2) }),
    note: createField("note", "Note (optional)", { rows: "2", maxlength: "1000" }),
  };
  fields.address.input.value = start.address;
  fields.note.input.value = start.note;
  const heading = element("h2", { tabindex: "-1" }, title);
  const total = element("output", { class: "total" });
  const status = element("p", { class: "status bad", role: "alert" });
  const lines = createLineFields(
    LIMITS.lines,
    (line) => {
      const { quantityMilli, unitCents } = readLine(line, digits);
      return quantityMilli !== undefined && unitCents !== undefined ? money(lineCents({ quantityMilli, unitCents })) : "–";
    },
    () => drawTotal(),
  );
  const submit = element("button", { type: "submit", class: "first" }, "Save draft");
  const form = element(
    "form",
    { novalidate: true },
    ...Object.entries(fields).flatMap(([name, { row }]) => (name === "tax" ? [lines.node, row] : [row])),
    element("p", { class: "sum-row" }, "Total ", total),
    status,
    element("div", { class: "actions" }, submit, createButton("Leave without saving", leave, "quiet").node),
  );
  let isBusy = false;

  const typed = (): TypedDraft => {
    const value = (name: keyof typeof fields) => fields[name].input.value;
    return {
      customer: value("customer"),
      email: value("email"),
      address: value("address"),
      issuedOn: value("issuedOn"),
      dueOn: value("dueOn"),
      tax: value("tax"),
      note: value("note"),
      lines: lines.read(),
    };
  };

  function drawTotal(): void {
    const { lines: read, tax } = typed();
    const whole = read
      .map((line) => readLine(line, digits))
      .flatMap(({ quantityMilli, unitCents }) => (quantityMilli !== undefined && unitCents !== undefined ? [{ quantityMilli, unitCents }] : []));
    const taxBasisPoints = parseAmount(tax, 2) ?? 0;
    total.textContent = money(totalsOf({ lines: whole, taxBasisPoints }).totalCents);
  }

  function showIssues(issues: Issues): void {
    let first: HTMLElement | undefined;
    for (const [name, { say, input }] of Object.entries(fields)) {
      say(issues[name] ?? "");
      if (issues[name]) first ??= input;
    }
    const inLines = lines.showIssues(issues);
    (first ?? inLines)?.focus();
  }

  for (const line of start.lines ?? [undefined])
    lines.add(line && { text: line.text, quantity: shortAmount(line.quantityMilli, 3), unit: plainAmount(line.unitCents, digits) });
  fields.tax.input.addEventListener("input", drawTotal);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (isBusy) return;
    status.textContent = "";
    const read = readDraft(typed(), digits);
    showIssues("issues" in read ? read.issues : {});
    if ("draft" in read) save(read.draft);
  });

  return {
    view: element("section", {}, element("header", {}, heading), form),
    first: fields.customer.input,
    setBusy(busy: boolean): void {
      isBusy = busy;
      submit.setAttribute("aria-disabled", String(busy));
      submit.textContent = busy ? "Saving …" : "Save draft";
    },
    /** Shows why the invoice was not saved. The input stays. */
    fail(message: string): void {
      status.textContent = message;
    },
  };
}
