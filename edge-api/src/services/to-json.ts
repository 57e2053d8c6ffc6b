/** Rows in the form of JSON: dates as ISO 8601 text, amounts as numbers, which are exact because every amount is bounded. */
export const toJson = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value, (_, inner: unknown) => (typeof inner === "bigint" ? Number(inner) : inner))) as unknown;
