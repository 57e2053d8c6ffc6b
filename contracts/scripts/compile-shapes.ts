import { mkdirSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { BLOB_MESSAGES, MODULE_MESSAGES } from "../src/module-messages.ts";
import { SHELL_TO_PAGE } from "../src/page-messages.ts";
import type { Shape, Shapes } from "../src/shape.ts";

interface JsonSchema {
  type?: string;
  const?: unknown;
  enum?: unknown[];
  anyOf?: JsonSchema[];
  minLength?: number;
  maxLength?: number;
  minimum?: number;
  maximum?: number;
  properties?: Record<string, JsonSchema>;
  required?: string[];
  additionalProperties?: JsonSchema | boolean;
  propertyNames?: JsonSchema;
}

/** The JSON Schema keywords that a shape can hold; meeting another one stops the build instead of weakening a check. */
const KNOWN = new Set([
  "$schema",
  "type",
  "const",
  "enum",
  "anyOf",
  "minLength",
  "maxLength",
  "minimum",
  "maximum",
  "properties",
  "required",
  "additionalProperties",
  "propertyNames",
]);

function compileShape(schema: z.ZodType): Shape {
  return shapeOf(z.toJSONSchema(schema) as JsonSchema);
}

function shapeOf(schema: JsonSchema): Shape {
  for (const keyword of Object.keys(schema)) {
    if (!KNOWN.has(keyword)) throw new Error(`A shape cannot hold the keyword ${keyword}: extend contracts/src/shape.ts.`);
  }
  if ("const" in schema) return [4, schema.const];
  if (schema.enum) return [4, ...schema.enum];
  if (schema.anyOf) return nullable(schema.anyOf);
  switch (schema.type) {
    case undefined:
      return 0;
    case "boolean":
      return 1;
    case "string":
      return [2, schema.minLength ?? 0, bounded(schema.maxLength, "maxLength")];
    case "integer":
    case "number":
      return numberShape(schema);
    case "object":
      return objectShape(schema);
    default:
      throw new Error(`A shape cannot hold the type ${schema.type}: extend contracts/src/shape.ts.`);
  }
}

function numberShape(schema: JsonSchema): Shape {
  const bounds = [bounded(schema.minimum, "minimum"), bounded(schema.maximum, "maximum")] as const;
  return schema.type === "integer" ? [3, ...bounds, 1] : [3, ...bounds];
}

/** A record of few known keys is an object whose fields are all optional. */
function objectShape(schema: JsonSchema): Shape {
  if (schema.properties) {
    if (schema.additionalProperties !== false) throw new Error("Messages are strict objects: use z.strictObject.");
    const fields = Object.entries(schema.properties).map(([key, inner]) => [key, shapeOf(inner)] as const);
    const isRequired = ([key]: readonly [string, Shape]) => schema.required?.includes(key) === true;
    const optional = fields.filter((field) => !isRequired(field));
    const required = Object.fromEntries(fields.filter(isRequired));
    return optional.length ? [5, required, Object.fromEntries(optional)] : [5, required];
  }
  const values = typeof schema.additionalProperties === "object" ? shapeOf(schema.additionalProperties) : 0;
  const keys = schema.propertyNames?.enum as string[] | undefined;
  return keys ? [5, {}, Object.fromEntries(keys.map((key) => [key, values]))] : [6, values];
}

/** Nullable text is the only union that messages hold. */
function nullable(options: JsonSchema[]): Shape {
  const [text, nothing] = options;
  if (options.length !== 2 || text?.type !== "string" || nothing?.type !== "null") {
    throw new Error("A shape holds no union but nullable text.");
  }
  return [7, text.minLength ?? 0, bounded(text.maxLength, "maxLength")];
}

function bounded(limit: number | undefined, name: string): number {
  if (limit === undefined) throw new Error(`Every message field has bounds: give ${name}.`);
  return limit;
}

/** The table that {@link findMessageFault} reads: each message's fields, its `type` left out because it is the key. */
export function compileMessages(schemas: Readonly<Record<string, z.ZodObject>>): Shapes {
  return Object.fromEntries(Object.entries(schemas).map(([type, schema]) => [type, compileShape(schema.omit({ type: true }))]));
}

/** Writes `src/generated/shapes.ts`. */
export function writeShapes(): void {
  const folder = new URL("../src/generated/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  const tables = {
    MODULE_SHAPES: compileMessages({ ...MODULE_MESSAGES }),
    BLOB_SHAPES: compileMessages({ ...BLOB_MESSAGES }),
    PAGE_SHAPES: compileMessages({ ...SHELL_TO_PAGE }),
  };
  const lines = Object.entries(tables).map(([name, shapes]) => `export const ${name}: Shapes = ${JSON.stringify(shapes)};`);
  const head = `/* Compiled from the zod schemas by scripts/compile-shapes.ts; changes here are lost. */\nimport type { Shapes } from "../shape.ts";\n`;
  writeFileSync(new URL("shapes.ts", folder), `${head}\n${lines.join("\n\n")}\n`);
}
