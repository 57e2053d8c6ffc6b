type Schema = Readonly<Record<string, unknown>>;

const INDENT = "  ";
const MAX_PATTERN_LENGTH = 60;

/** A JSON Schema in the notation of TypeScript, for people: a fraction of its length, without the patterns that a format implies. */
export function schemaText(schema: Schema, indent = ""): string {
  if ("const" in schema) return JSON.stringify(schema.const);
  if (Array.isArray(schema.enum)) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  if (Array.isArray(schema.type))
    return unionText(
      schema.type.map((type) => ({ ...schema, type })),
      indent,
    );
  const variants = schema.anyOf ?? schema.oneOf;
  if (Array.isArray(variants)) return unionText(variants as Schema[], indent);
  if (schema.type === "array") return arrayText(schema, indent);
  if (schema.type === "object") return objectText(schema, indent);
  if (schema.type === "string") return [stringText(schema), inBrackets(rangeText(schema.minLength, schema.maxLength, "characters"))].filter(Boolean).join(" ");
  if (schema.type === "integer" || schema.type === "number")
    return [schema.type, rangeText(schema.minimum, schema.maximum, "")].filter(Boolean).join(" ").trim();
  return typeof schema.type === "string" ? schema.type : "any";
}

const unionText = (variants: readonly Schema[], indent: string): string => [...new Set(variants.map((one) => schemaText(one, indent)))].join(" | ");

function arrayText({ items, minItems, maxItems }: Schema, indent: string): string {
  const item = schemaText((items ?? {}) as Schema, indent);
  const isSimple = item.startsWith("{") ? !item.includes("} |") : /^[\w-]+$/.test(item);
  return [isSimple ? `${item}[]` : `(${item})[]`, inBrackets(rangeText(minItems, maxItems, "items"))].filter(Boolean).join(" ");
}

function objectText({ properties = {}, required = [], additionalProperties }: Schema, indent: string): string {
  const inner = indent + INDENT;
  const lines = Object.entries(properties as Record<string, Schema>)
    .filter(([, schema]) => !("not" in schema))
    .map(([name, schema]) => {
      const isOptional = !(required as string[]).includes(name) || "default" in schema;
      const initial = "default" in schema ? ` = ${JSON.stringify(schema.default)}` : "";
      return `${inner}${name}${isOptional ? "?" : ""}: ${schemaText(schema, inner)}${initial}\n`;
    });
  if (lines.length) return `{\n${lines.join("")}${indent}}`;
  const value = typeof additionalProperties === "object" && additionalProperties !== null ? schemaText(additionalProperties as Schema, indent) : "any";
  return additionalProperties === false ? "{}" : `{ [name]: ${value} }`;
}

function stringText({ format, pattern }: Schema): string {
  if (typeof format === "string") return format;
  return typeof pattern === "string" && pattern.length <= MAX_PATTERN_LENGTH ? `string /${pattern}/` : "string";
}

/** Bounds that only say what a JavaScript number can hold are left out. */
function rangeText(min: unknown, max: unknown, unit: string): string {
  const low = typeof min === "number" && min > Number.MIN_SAFE_INTEGER ? min : undefined;
  const high = typeof max === "number" && max < Number.MAX_SAFE_INTEGER ? max : undefined;
  if (low === undefined && high === undefined) return "";
  const range = high === undefined ? `≥ ${low}` : low === undefined ? `≤ ${high}` : `${low}–${high}`;
  return `${range} ${unit}`.trim();
}

const inBrackets = (text: string): string => text && `(${text})`;
