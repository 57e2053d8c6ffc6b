import { type Draft, LIMITS, type Line } from "./invoice.ts";
import { parseAmount } from "./money.ts";

/** The inputs of one line. */
export interface TypedLine {
  readonly text: string;
  readonly quantity: string;
  readonly unit: string;
}

/** The values of the form's inputs. */
export interface TypedDraft extends Pick<Draft, "customer" | "email" | "address" | "issuedOn" | "dueOn" | "note"> {
  readonly tax: string;
  readonly lines: readonly TypedLine[];
}

/** The issues of the form, by the name of the input. */
export type Issues = Readonly<Record<string, string>>;

const MAX_TAX_BASIS_POINTS = 10_000;

/** Reads a line. Parts that cannot be read are missing. */
export function readLine({ text, quantity, unit }: TypedLine, digits: number): Partial<Line> {
  const quantityMilli = parseAmount(quantity, 3);
  const unitCents = parseAmount(unit, digits);
  return {
    ...(text.trim() && { text: text.trim() }),
    ...(quantityMilli !== undefined && quantityMilli > 0 && quantityMilli <= LIMITS.quantityMilli && { quantityMilli }),
    ...(unitCents !== undefined && unitCents <= LIMITS.unitCents && { unitCents }),
  };
}

/** Reads a draft from the form, or finds its issues as sentences for the member. */
export function readDraft(typed: TypedDraft, digits: number): { draft: Draft } | { issues: Issues } {
  const issues: Record<string, string> = {};
  if (!typed.customer.trim()) issues.customer = "Who is it for?";
  if (typed.email.trim() && !/^[^\s@]+@[^\s@]+\.[^\s@]+$/.test(typed.email.trim())) issues.email = "This does not look like an e-mail address.";
  if (!typed.issuedOn) issues.issuedOn = "Choose a day.";
  if (!typed.dueOn) issues.dueOn = "Choose a day.";
  else if (typed.dueOn < typed.issuedOn) issues.dueOn = "Due before it is issued? Choose a later day.";
  const taxBasisPoints = parseAmount(typed.tax, 2);
  if (taxBasisPoints === undefined || taxBasisPoints > MAX_TAX_BASIS_POINTS) issues.tax = "A number from 0 to 100, with at most two decimals.";
  const lines = typed.lines.map((line, index) => {
    const read = readLine(line, digits);
    if (read.text === undefined) issues[`text-${index}`] = "What is it?";
    if (read.quantityMilli === undefined) issues[`quantity-${index}`] = "More than 0, at most 100,000; up to three decimals.";
    if (read.unitCents === undefined) issues[`unit-${index}`] = digits ? `An amount like 12${".50000".slice(0, digits + 1)}.` : "A whole amount.";
    return read as Line;
  });
  if (!lines.length) issues.lines = "An invoice has at least one line.";
  if (Object.keys(issues).length) return { issues };
  const { customer, email, address, issuedOn, dueOn, note } = typed;
  return {
    draft: {
      customer: customer.trim(),
      email: email.trim(),
      address: address.trim(),
      issuedOn,
      dueOn,
      note: note.trim(),
      taxBasisPoints: taxBasisPoints as number,
      lines,
    },
  };
}
