import { isJsonObject, type JsonObject } from "./json-object.ts";

/** Keywords whose schemas apply to the same value. */
const SAME_VALUE = ["allOf", "anyOf", "oneOf", "then", "else", "if"] as const;

/**
 * A value without everything that one of the schemas marks as `writeOnly`, at any depth: secrets can be written, and never read.
 * Pass the schemas of all versions of a module: a secret stays secret when a newer version no longer marks it.
 */
export function omitWriteOnly(value: unknown, schemas: readonly unknown[]): unknown {
  const all = schemas.flatMap(alternatives);
  if (all.some((schema) => schema.writeOnly === true)) return undefined;
  if (Array.isArray(value)) {
    return value
      .map((item, index) =>
        omitWriteOnly(
          item,
          all.flatMap((schema) => [schema.items, (schema.prefixItems as unknown[] | undefined)?.[index]]),
        ),
      )
      .filter((item) => item !== undefined);
  }
  if (!isJsonObject(value)) return value;
  const shown = Object.entries(value).map(
    ([name, inner]) =>
      [
        name,
        omitWriteOnly(
          inner,
          all.flatMap((schema) => forProperty(schema, name)),
        ),
      ] as const,
  );
  return Object.fromEntries(shown.filter(([, inner]) => inner !== undefined));
}

/** A schema and the schemas inside it that apply to the same value. */
function alternatives(schema: unknown): JsonObject[] {
  if (!isJsonObject(schema)) return [];
  return [schema, ...SAME_VALUE.flatMap((keyword) => [schema[keyword]].flat().flatMap(alternatives))];
}

function forProperty({ properties, additionalProperties }: JsonObject, name: string): unknown[] {
  return isJsonObject(properties) && Object.hasOwn(properties, name) ? [properties[name]] : [additionalProperties];
}
