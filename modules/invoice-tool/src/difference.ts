import type { Draft, Invoice } from "./invoice.ts";

type Field = keyof Draft | "status";

const NAMES: { readonly [Name in Field]: string } = {
  status: "Status",
  customer: "Customer",
  email: "E-mail",
  address: "Address",
  issuedOn: "Issued",
  dueOn: "Due",
  taxBasisPoints: "Tax",
  note: "Note",
  lines: "Lines",
};

export interface Difference {
  readonly name: string;
  readonly theirs: string;
  readonly mine: string;
}

/** Lists the fields in which two versions of an invoice differ, as text for both. */
export function differences(theirs: Invoice, mine: Draft, formatLine: (line: Draft["lines"][number]) => string): Difference[] {
  const say = (field: Field, from: Draft & Partial<Invoice>): string => {
    if (field === "lines") return from.lines.map(formatLine).join("\n");
    if (field === "taxBasisPoints") return `${from.taxBasisPoints / 100} %`;
    return from[field] ?? "";
  };
  return (Object.keys(NAMES) as Field[])
    .map((field) => ({ name: NAMES[field], theirs: say(field, theirs), mine: field === "status" ? "draft" : say(field, mine) }))
    .filter((one) => one.theirs !== one.mine);
}
