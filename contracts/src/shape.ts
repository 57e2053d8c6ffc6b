/**
 * A schema compiled to data: what browsers check messages with. The zod schemas are the source,
 * `scripts/compile-shapes.ts` turns them into this at build time, and a property test holds both equal.
 * Data and one small interpreter weigh a third of generated code, and need no eval.
 *
 * `0` anything · `1` boolean · `[2, min, max]` string · `[3, min, max, whole]` number ·
 * `[4, …values]` one of · `[7, min, max]` string or null · `[5, required, optional]` object, nothing else in it · `[6, values, keys?]` record
 */
export type Shape =
  | 0
  | 1
  | readonly [2 | 7, number, number]
  | readonly [3, number, number, 0 | 1]
  | readonly [4, ...unknown[]]
  | readonly [5, Readonly<Record<string, Shape>>, Readonly<Record<string, Shape>>]
  | readonly [6, Shape, (readonly string[])?];

/**
 * Where a value breaks its shape, as a path like `/data/name`; `undefined` when it fits.
 * Looks at own keys only, so nothing inherited can satisfy it.
 */
export function findFault(shape: Shape, value: unknown, path = ""): string | undefined {
  const misfit = path || "/";
  if (shape === 0) return undefined;
  if (shape === 1) return typeof value === "boolean" ? undefined : misfit;
  switch (shape[0]) {
    case 7:
    case 2:
      if (shape[0] === 7 && value === null) return undefined;
      return typeof value === "string" && value.length >= shape[1] && value.length <= shape[2] ? undefined : misfit;
    case 3: {
      const inside = typeof value === "number" && value >= shape[1] && value <= shape[2];
      return inside && (!shape[3] || Number.isSafeInteger(value)) ? undefined : misfit;
    }
    case 4:
      return shape.indexOf(value, 1) > 0 ? undefined : misfit;
    default:
      return isPlainObject(value) ? findFaultInside(shape, value, path) : misfit;
  }
}

function findFaultInside(shape: Extract<Shape, readonly [5 | 6, ...unknown[]]>, value: Record<string, unknown>, path: string): string | undefined {
  const keys = Object.keys(value);
  if (shape[0] === 5) {
    for (const key of Object.keys(shape[1])) if (!Object.hasOwn(value, key)) return `${path}/${key}`;
  }
  for (const key of keys) {
    let inner: Shape | undefined;
    if (shape[0] === 6) inner = shape[2] && !shape[2].includes(key) ? undefined : shape[1];
    else inner = own(shape[1], key) ?? own(shape[2], key);
    if (inner === undefined) return `${path}/${key}`;
    const fault = findFault(inner, value[key], `${path}/${key}`);
    if (fault) return fault;
  }
  return undefined;
}

const own = (shapes: Readonly<Record<string, Shape>>, key: string): Shape | undefined => (Object.hasOwn(shapes, key) ? shapes[key] : undefined);

const isPlainObject = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null && !Array.isArray(value);
