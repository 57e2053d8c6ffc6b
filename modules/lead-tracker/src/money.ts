/** The number of decimals of a currency: two for most, none for the yen. */
const digitsOf = (currency: string): number => new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;

/** Formats an amount; whole amounts have no decimals. */
export function formatMoney(cents: number, currency: string, locale: string | undefined): string {
  return (cents / 10 ** digitsOf(currency)).toLocaleString(locale, {
    style: "currency",
    currency,
    trailingZeroDisplay: "stripIfInteger",
  } as Intl.NumberFormatOptions);
}

/** Formats an amount for an input. */
export const plainAmount = (cents: number, currency: string): string => (cents / 10 ** digitsOf(currency)).toFixed(digitsOf(currency));

/** Reads a typed amount as whole minor units. Point and comma both begin the decimals; an empty input is 0. */
export function parseAmount(text: string, currency: string): number | undefined {
  const digits = digitsOf(currency);
  const [, whole, fraction = ""] = /^(\d{1,9})(?:[.,](\d+))?$/.exec(text.trim() || "0") ?? [];
  if (whole === undefined || fraction.length > digits) return undefined;
  return Number(whole + fraction.padEnd(digits, "0"));
}
