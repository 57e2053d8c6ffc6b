/** The number of decimals of a currency: two for most, none for the yen. */
export const digitsOf = (currency: string): number => new Intl.NumberFormat("en", { style: "currency", currency }).resolvedOptions().maximumFractionDigits ?? 2;

export function formatMoney(cents: number, currency: string, locale: string | undefined): string {
  return (cents / 10 ** digitsOf(currency)).toLocaleString(locale, { style: "currency", currency });
}

/** Formats an amount without its currency, always with a decimal point: for inputs and for other programs. */
export const plainAmount = (units: number, digits: number): string => (units / 10 ** digits).toFixed(digits);

/** Formats an amount without trailing zeros. */
export const shortAmount = (units: number, digits: number): string => String(units / 10 ** digits);

/**
 * Reads a typed amount as a whole number of the smallest units, without multiplying a fraction.
 * Point and comma both begin the decimals. Separators of thousands are not accepted.
 * @returns `undefined` for anything else
 */
export function parseAmount(text: string, digits: number): number | undefined {
  const [, whole, fraction = ""] = /^(\d{1,9})(?:[.,](\d+))?$/.exec(text.trim()) ?? [];
  if (whole === undefined || fraction.length > digits) return undefined;
  return Number(whole + fraction.padEnd(digits, "0"));
}
