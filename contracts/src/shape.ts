/**
 * Message schemas as data, for checks in browsers. `scripts/compile-shapes.ts` compiles them from the zod schemas at build time;
 * a property test keeps both equal. Data and one small interpreter are a fifth of the size of generated code, and need no eval.
 */
export type MessageShapes = Readonly<Record<string, Readonly<Record<string, FieldShape>>>>;

/**
 * `[0]` anything · `[1, min, max]` string · `[2, min, max]` string or null · `[3, min, max, whole?]` number ·
 * `[4, values]` one of · `[5]` record · `[6, keys]` booleans by some of these keys. A field of a negative kind is optional.
 */
export type FieldShape = readonly [kind: number, low?: unknown, high?: unknown, whole?: 1 | undefined];

/**
 * The path of the first field that does not match the shape of the message's type, like `/name`; `undefined` if all match.
 * Reads own keys only: an inherited property cannot satisfy a shape.
 */
export function findInvalidPath(shapes: MessageShapes, message: unknown): string | undefined {
  const fields: Readonly<Record<string, unknown>> = { __proto__: null, ...Object(message) };
  const shape = typeof fields.type === "string" && own(shapes, fields.type);
  if (!shape) return "/type";
  const invalid = Object.keys({ ...shape, ...fields }).find((key) => {
    const field = own(shape, key);
    return key !== "type" && !(field && fits(field, fields[key]));
  });
  return invalid && `/${invalid}`;
}

function fits([kind, low, high, whole]: FieldShape, value: unknown): boolean {
  if (kind < 0) return value === undefined || fits([-kind, low, high, whole], value);
  switch (kind) {
    case 0:
      return true;
    case 3:
      return typeof value === "number" && value >= (low as number) && value <= (high as number) && (!whole || Number.isSafeInteger(value));
    case 4:
      return (low as unknown[]).includes(value);
    case 5:
      return typeof value === "object" && value !== null && !Array.isArray(value);
    case 6:
      return fits([5], value) && Object.entries(value as object).every(([key, one]) => (low as string[]).includes(key) && typeof one === "boolean");
    default:
      return (kind === 2 && value === null) || (typeof value === "string" && fits([3, low, high], value.length));
  }
}

const own = <Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined => (Object.hasOwn(record, key) ? record[key] : undefined);
