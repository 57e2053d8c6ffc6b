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
 * What a client pays per unit, in minor units: rounded half up, once, here.
 * `calculate_retail_price` in SQL is the same rule; shared vectors hold them equal.
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

/** Of each 10,000 that are left of wholesale, the developer's. */
const DEVELOPER_BASIS_POINTS = 7_000n;

/**
 * What the developer of a module gets of what is left of wholesale after discounts, refunds and tax, in minor units: half up; the
 * rest is the platform's, so that nothing is lost between them. `calculate_developer_share` in SQL is the same rule.
 * @throws RangeError when it is negative
 */
export function developerShare(base: bigint): bigint {
  if (base < 0n) throw new RangeError("What is shared is zero or more; give it in minor units.");
  return (base * DEVELOPER_BASIS_POINTS + HALF) / WHOLE;
}
