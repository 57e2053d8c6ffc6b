export type MarkupType = "percentage" | "fixed" | "custom" | "passthrough";

export interface Markup {
  readonly type: MarkupType;
  /** 10,000 basis points are 100 %. */
  readonly basisPoints?: bigint;
  /** Minor units, for example cents. */
  readonly fixed?: bigint;
  readonly custom?: bigint | null;
}

const HALF = 5_000n;
const WHOLE = 10_000n;

/**
 * The price that a client pays per unit, in minor units, rounded half up once.
 * `calculate_retail_price` in SQL is the same rule; shared test vectors keep them equal.
 * @throws RangeError when a price is negative, or `custom` has none.
 */
export function retailPrice(wholesale: bigint, markup: Markup): bigint {
  if (wholesale < 0n) throw new RangeError("A wholesale price is zero or more; give it in minor units.");
  switch (markup.type) {
    case "passthrough":
      return wholesale;
    case "fixed":
      return wholesale + notNegative(markup.fixed ?? 0n);
    case "percentage":
      return wholesale + (wholesale * notNegative(markup.basisPoints ?? WHOLE) + HALF) / WHOLE;
    case "custom":
      if (markup.custom == null) throw new RangeError("A custom markup needs a price: set one, or choose another kind.");
      return notNegative(markup.custom);
    default:
      throw new RangeError(`Unknown markup: ${String(markup.type satisfies never)}`);
  }
}

function notNegative(amount: bigint): bigint {
  if (amount < 0n) throw new RangeError("A markup or price cannot be negative.");
  return amount;
}

/** The developer's share of the remaining wholesale amount, in basis points. */
const DEVELOPER_BASIS_POINTS = 7_000n;

/**
 * The developer's share of the wholesale amount that remains after discounts, refunds and tax, in minor units, rounded half up.
 * The platform gets the rest, so no minor unit is lost. `calculate_developer_share` in SQL is the same rule.
 * @throws RangeError when it is negative
 */
export function developerShare(base: bigint): bigint {
  if (base < 0n) throw new RangeError("What is shared is zero or more; give it in minor units.");
  return (base * DEVELOPER_BASIS_POINTS + HALF) / WHOLE;
}
