import type { MarkupInput } from "@dramac/contracts";

export type Fields = Readonly<Record<string, unknown>>;
export type MarkupIssues = Readonly<Partial<Record<"percent" | "amount" | "monthly" | "yearly" | "type", string>>>;

/** What the form of a markup says, in the API's words; or what is wrong with it, by field. */
export function readMarkup(fields: Fields): { readonly markup: MarkupInput } | { readonly issues: MarkupIssues } {
  switch (fields["type"]) {
    case "passthrough":
      return { markup: { type: "passthrough" } };
    case "percentage": {
      const basisPoints = hundredths(fields["percent"]);
      if (basisPoints === undefined) return { issues: { percent: "Give a percentage, like 50 or 12.5." } };
      return { markup: { type: "percentage", basisPoints } };
    }
    case "fixed": {
      const amount = hundredths(fields["amount"]);
      return amount === undefined ? { issues: { amount: AMOUNT } } : { markup: { type: "fixed", amount } };
    }
    case "custom": {
      const [monthly, yearly] = [priceOf(fields["monthly"]), priceOf(fields["yearly"])];
      if (monthly === undefined || yearly === undefined)
        return { issues: { ...(monthly === undefined && { monthly: AMOUNT }), ...(yearly === undefined && { yearly: AMOUNT }) } };
      if (monthly === null && yearly === null) return { issues: { monthly: "Give a price a month, a price a year, or both." } };
      return { markup: { type: "custom", monthly, yearly, isSubsidy: fields["isSubsidy"] === "yes" } };
    }
    default:
      return { issues: { type: "Choose how your price follows from ours." } };
  }
}

const AMOUNT = "Give an amount, like 19 or 19.50.";
const LARGEST = 1_000_000;

/** Nothing typed is no price; `undefined` is no amount at all. */
const priceOf = (text: unknown): number | null | undefined => (String(text ?? "").trim() === "" ? null : hundredths(text));

/** "12.5" and "12,5" are 1250. */
function hundredths(text: unknown): number | undefined {
  const [, whole, part = ""] = /^(\d{1,7})(?:[.,](\d{1,2}))?$/.exec(String(text ?? "").trim()) ?? [];
  if (whole === undefined) return undefined;
  const value = Number(whole) * 100 + Number(part.padEnd(2, "0"));
  return value <= LARGEST * 100 ? value : undefined;
}

const typed = (value: number): string => (value % 100 ? (value / 100).toFixed(2) : String(value / 100));

/** The fields of a form that says this markup. */
export function fieldsOf(markup: MarkupInput): Readonly<Record<string, string>> {
  switch (markup.type) {
    case "passthrough":
      return { type: "passthrough" };
    case "percentage":
      return { type: "percentage", percent: typed(markup.basisPoints) };
    case "fixed":
      return { type: "fixed", amount: typed(markup.amount) };
    case "custom":
      return {
        type: "custom",
        monthly: markup.monthly === null ? "" : typed(markup.monthly),
        yearly: markup.yearly === null ? "" : typed(markup.yearly),
        ...(markup.isSubsidy && { isSubsidy: "yes" }),
      };
    default:
      return markup satisfies never;
  }
}
