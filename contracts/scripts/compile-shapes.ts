import { mkdirSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { BLOB_MESSAGES, MODULE_MESSAGES } from "../src/module-messages.ts";
import { SHELL_TO_PAGE } from "../src/page-messages.ts";
import type { Shape } from "../src/shape.ts";

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

export function compileShape(schema: z.ZodType): Shape {
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
      return [3, bounded(schema.minimum, "minimum"), bounded(schema.maximum, "maximum"), schema.type === "integer" ? 1 : 0];
    case "object":
      return objectShape(schema);
    default:
      throw new Error(`A shape cannot hold the type ${schema.type}: extend contracts/src/shape.ts.`);
  }
}

function objectShape(schema: JsonSchema): Shape {
  if (schema.properties) {
    if (schema.additionalProperties !== false) throw new Error("Messages are strict objects: use z.strictObject.");
    const required: Record<string, Shape> = {};
    const optional: Record<string, Shape> = {};
    for (const [key, inner] of Object.entries(schema.properties)) {
      (schema.required?.includes(key) ? required : optional)[key] = shapeOf(inner);
    }
    return [5, required, optional];
  }
  const values = typeof schema.additionalProperties === "object" ? shapeOf(schema.additionalProperties) : 0;
  const keys = schema.propertyNames?.enum as string[] | undefined;
  return keys ? [6, values, keys] : [6, values];
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

function compileAll(schemas: Record<string, z.ZodType>): Record<string, Shape> {
  return Object.fromEntries(Object.entries(schemas).map(([type, schema]) => [type, compileShape(schema)]));
}

/** Writes `src/generated/shapes.ts`. */
export function writeShapes(): void {
  const folder = new URL("../src/generated/", import.meta.url);
  mkdirSync(folder, { recursive: true });
  const tables = {
    MODULE_SHAPES: compileAll({ ...MODULE_MESSAGES }),
    BLOB_SHAPES: compileAll({ ...BLOB_MESSAGES }),
    PAGE_SHAPES: compileAll({ ...SHELL_TO_PAGE }),
  };
  const lines = Object.entries(tables).map(([name, shapes]) => `export const ${name}: Readonly<Record<string, Shape>> = ${JSON.stringify(shapes)};`);
  const head = `/* Compiled from the zod schemas by scripts/compile-shapes.ts; changes here are lost. */\nimport type { Shape } from "../shape.ts";\n`;
  writeFileSync(new URL("shapes.ts", folder), `${head}\n${lines.join("\n\n")}\n`);
}
