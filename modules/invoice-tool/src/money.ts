/** How many decimals a currency has: two for most, none for the yen. */
export const digitsOf = (currency: string): number => new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;

export function formatMoney(cents: number, currency: string, locale: string | undefined): string {
  return (cents / 10 ** digitsOf(currency)).toLocaleString(locale, { style: "currency", currency });
}

/** An amount without a currency, with a point for the decimals whatever the language: for inputs and tables of other programs. */
export const plainAmount = (units: number, digits: number): string => (units / 10 ** digits).toFixed(digits);

/** Without decimals that say nothing. */
export const shortAmount = (units: number, digits: number): string => String(units / 10 ** digits);

/**
 * Reads what somebody typed as a whole number of the smallest units, without ever multiplying a fraction.
 * Point and comma both begin the decimals, and nothing separates thousands.
 */
export function parseAmount(text: string, digits: number): number | undefined {
  const [, whole, fraction = ""] = /^(\d{1,9})(?:[.,](\d+))?$/.exec(text.trim()) ?? [];
  if (whole === undefined || fraction.length > digits) return undefined;
  return Number(whole + fraction.padEnd(digits, "0"));
}
