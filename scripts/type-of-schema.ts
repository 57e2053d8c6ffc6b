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
/** Keywords that change a type and that this file cannot write. They stop the build, because the type would be wrong. */
const UNKNOWN = ["$ref", "allOf", "not", "prefixItems", "patternProperties", "if"];

/** Writes a JSON Schema as a TypeScript type. It leaves out bounds and formats, which the API checks. @throws Error for a keyword that it does not know */
export function typeOfSchema(schema: JsonSchema): string {
  if (isNothing(schema)) return "never";
  for (const keyword of UNKNOWN)
    if (keyword in schema) throw new Error(`No TypeScript type can be written for the keyword ${keyword}: extend scripts/type-of-schema.ts.`);
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
      throw new Error(`No TypeScript type can be written for the type ${type}: extend scripts/type-of-schema.ts.`);
  }
}

/** Whether a schema is `{ "not": {} }`, which no value fulfils. */
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
