/** Rows as they travel: moments as ISO 8601, amounts as numbers, which the bounds of every amount allow. */
export const toJson = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? Number(inner) : inner))) as unknown;
