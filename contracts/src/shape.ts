/**
 * A schema compiled to data: what browsers check messages with. The zod schemas are the source,
 * `scripts/compile-shapes.ts` turns them into this at build time, and a property test holds both equal.
 * Data and one small interpreter weigh a third of generated code, and need no eval.
 *
 * `0` anything · `1` boolean · `[2, min, max]` string · `[3, min, max, whole?]` number · `[4, …values]` one of ·
 * `[5, required, optional?]` object, nothing else in it · `[6, values]` record · `[7, min, max]` string or null
 */
export type Shape =
  | 0
  | 1
  | readonly [2 | 7, number, number]
  | readonly [3, number, number, 1?]
  | readonly [4, ...unknown[]]
  | readonly [5, Shapes, Shapes?]
  | readonly [6, Shape];

/** Shapes of fields by their name, or of messages by their `type`. */
export type Shapes = Readonly<Record<string, Shape>>;

/**
 * Where a message breaks the shape of its type, as a path like `/data/name`; `undefined` when it fits.
 * @param table the shapes of all messages without their `type`, by which a shape is found
 */
export function findMessageFault(table: Shapes, message: unknown): string | undefined {
  const { type, ...fields } = Object(message) as { type?: unknown };
  const shape = typeof type === "string" ? own(table, type) : undefined;
  return shape === undefined ? "/type" : findFault(shape, fields);
}

/** Where a value breaks its shape. Looks at own keys only, so nothing inherited can satisfy it. */
export function findFault(shape: Shape, value: unknown, path = ""): string | undefined {
  const misfit = path || "/";
  if (shape === 0) return undefined;
  if (shape === 1) return typeof value === "boolean" ? undefined : misfit;
  switch (shape[0]) {
    case 3:
      return typeof value === "number" && value >= shape[1] && value <= shape[2] && (!shape[3] || Number.isSafeInteger(value)) ? undefined : misfit;
    case 4:
      return shape.indexOf(value, 1) > 0 ? undefined : misfit;
    case 5:
    case 6:
      return typeof value === "object" && value !== null && !Array.isArray(value) ? findFaultInside(shape, value as Record<string, unknown>, path) : misfit;
    default:
      if (shape[0] === 7 && value === null) return undefined;
      return typeof value === "string" && value.length >= shape[1] && value.length <= shape[2] ? undefined : misfit;
  }
}

function findFaultInside([kind, first, optional = {}]: Extract<Shape, readonly [5 | 6, ...unknown[]]>, value: Record<string, unknown>, path: string) {
  const required = kind === 5 ? first : {};
  for (const key of new Set([...Object.keys(required), ...Object.keys(value)])) {
    const inner = kind === 6 ? first : (own(required, key) ?? own(optional, key));
    if (inner === undefined || !Object.hasOwn(value, key)) return `${path}/${key}`;
    const fault = value[key] === undefined && own(optional, key) ? undefined : findFault(inner, value[key], `${path}/${key}`);
    if (fault) return fault;
  }
  return undefined;
}

const own = (shapes: Shapes, key: string): Shape | undefined => (Object.hasOwn(shapes, key) ? shapes[key] : undefined);
