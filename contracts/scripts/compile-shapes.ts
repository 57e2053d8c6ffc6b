import { mkdirSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { BLOB_MESSAGES, MODULE_MESSAGES } from "../src/module-messages.ts";
import { SHELL_TO_PAGE } from "../src/page-messages.ts";
import type { FieldShape, MessageShapes } from "../src/shape.ts";

interface JsonSchema {
  type?: string;
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

/** The JSON Schema keywords that a shape supports. Any other keyword stops the build, so that no check is lost. */
const KNOWN = new Set([
  "$schema",
  "type",
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

function fieldShape(schema: JsonSchema): FieldShape {
  for (const keyword of Object.keys(schema)) {
    if (!KNOWN.has(keyword)) throw new Error(`A shape cannot hold the keyword ${keyword}: extend contracts/src/shape.ts.`);
  }
  if (schema.enum) return [4, schema.enum];
  if (schema.anyOf) return [2, ...lengths(textOrNull(schema.anyOf))];
  switch (schema.type) {
    case undefined:
      return [0];
    case "string":
      return [1, ...lengths(schema)];
    case "integer":
      return [3, bounded(schema.minimum, "minimum"), bounded(schema.maximum, "maximum"), 1];
    case "number":
      return [3, bounded(schema.minimum, "minimum"), bounded(schema.maximum, "maximum")];
    case "object":
      return recordShape(schema);
    default:
      throw new Error(`A shape cannot hold the type ${schema.type}: extend contracts/src/shape.ts.`);
  }
}

function recordShape({ properties, propertyNames, additionalProperties }: JsonSchema): FieldShape {
  if (properties) throw new Error("A message's fields hold no objects but records: extend contracts/src/shape.ts.");
  if (!propertyNames?.enum) return [5];
  if (typeof additionalProperties !== "object" || additionalProperties.type !== "boolean") throw new Error("A record of known keys holds booleans.");
  return [6, propertyNames.enum];
}

/** The only union in messages is nullable text. */
function textOrNull([text, nothing, ...others]: JsonSchema[]): JsonSchema {
  if (others.length || text?.type !== "string" || nothing?.type !== "null") throw new Error("A shape holds no union but nullable text.");
  return text;
}

const lengths = ({ minLength = 0, maxLength }: JsonSchema): [number, number] => [minLength, bounded(maxLength, "maxLength")];

function bounded(limit: number | undefined, name: string): number {
  if (limit === undefined) throw new Error(`Every message field has bounds: give ${name}.`);
  return limit;
}

/** The table that {@link findMessageFault} reads: each message's fields, without `type`, which is the key. */
export function compileMessages(schemas: Readonly<Record<string, z.ZodObject>>): MessageShapes {
  return Object.fromEntries(Object.entries(schemas).map(([type, schema]) => [type, messageShape(schema)]));
}

function messageShape(message: z.ZodObject): Record<string, FieldShape> {
  const { properties = {}, required, additionalProperties } = z.toJSONSchema(message.omit({ type: true })) as JsonSchema;
  if (additionalProperties !== false) throw new Error("Messages are strict objects: use z.strictObject.");
  const optional = ([kind, ...rest]: FieldShape): FieldShape => [-kind, ...rest];
  return Object.fromEntries(
    Object.entries(properties).map(([key, schema]) => [key, required?.includes(key) ? fieldShape(schema) : optional(fieldShape(schema))]),
  );
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
  const lines = Object.entries(tables).map(([name, shapes]) => `export const ${name}: MessageShapes = ${JSON.stringify(shapes)};`);
  const head = `/* Compiled from the zod schemas by scripts/compile-shapes.ts; changes here are lost. */\nimport type { MessageShapes } from "../shape.ts";\n`;
  writeFileSync(new URL("shapes.ts", folder), `${head}\n${lines.join("\n\n")}\n`);
}
