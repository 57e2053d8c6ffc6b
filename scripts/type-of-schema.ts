/** The part of JSON Schema that our schemas use. */
interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly oneOf?: readonly JsonSchema[];
  readonly items?: JsonSchema;
  readonly not?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | boolean;
}

const NAME = /^[A-Za-z_]\w*$/;
/** What would change the type, and what we do not know how to say: meeting it stops the build instead of telling a lie. */
const UNKNOWN = ["$ref", "allOf", "not", "prefixItems", "patternProperties", "if"];

/** A JSON Schema as a TypeScript type. Bounds and formats are left to the API, which names every fault. */
export function typeOfSchema(schema: JsonSchema): string {
  if (isNothing(schema)) return "never";
  for (const keyword of UNKNOWN) if (keyword in schema) throw new Error(`A type cannot be made of ${keyword}: extend scripts/type-of-schema.ts.`);
  const alternatives = schema.anyOf ?? schema.oneOf;
  if (alternatives) return [...new Set(alternatives.map(typeOfSchema))].join(" | ");
  if ("const" in schema) return JSON.stringify(schema.const);
  if (schema.enum) return schema.enum.map((value) => JSON.stringify(value)).join(" | ");
  const { type } = schema;
  if (typeof type === "object") return type.map((one) => typeOfSchema({ ...schema, type: one })).join(" | ");
  switch (type) {
    case "string":
    case "boolean":
    case "null":
      return type;
    case "number":
    case "integer":
      return "number";
    case "array":
      return `readonly (${typeOfSchema(schema.items ?? {})})[]`;
    case "object":
      return typeOfObject(schema);
    case undefined:
      return "unknown";
    default:
      throw new Error(`There is no type for ${type}: extend scripts/type-of-schema.ts.`);
  }
}

/** `{ "not": {} }`: what must not be there. */
const isNothing = ({ not }: JsonSchema): boolean => not !== undefined && !Object.keys(not).length;

function typeOfObject({ properties = {}, required = [], additionalProperties }: JsonSchema): string {
  const fields = Object.entries(properties).map(
    ([name, field]) =>
      `readonly ${NAME.test(name) ? name : JSON.stringify(name)}${required.includes(name) ? "" : "?"}: ${typeOfSchema(field)}${required.includes(name) ? "" : " | undefined"}`,
  );
  if (fields.length) return `{ ${fields.join("; ")} }`;
  if (additionalProperties === false) return "Readonly<Record<string, never>>";
  return `Readonly<Record<string, ${typeof additionalProperties === "object" ? typeOfSchema(additionalProperties) : "unknown"}>>`;
}
