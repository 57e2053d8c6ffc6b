import { isJsonObject, type JsonObject } from "./json-object.ts";

/** Keywords that hold schemas for the same value. */
const SAME = ["allOf", "anyOf", "oneOf", "then", "else", "if"] as const;

/**
 * A value without whatever one of the schemas calls `writeOnly`, at any depth: secrets are written, and never read again.
 * Several schemas, because a secret stays one when another version of a module no longer says so.
 */
export function omitWriteOnly(value: unknown, schemas: readonly unknown[]): unknown {
  const all = schemas.flatMap(alternatives);
  if (all.some((schema) => schema.writeOnly === true)) return undefined;
  if (Array.isArray(value)) {
    return value
      .map((item, scope) =>
        omitWriteOnly(
          item,
          all.flatMap((schema) => [schema.items, (schema.prefixItems as unknown[] | undefined)?.[scope]]),
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

/** A schema with those inside it that speak of the same value. */
function alternatives(schema: unknown): JsonObject[] {
  if (!isJsonObject(schema)) return [];
  return [schema, ...SAME.flatMap((keyword) => [schema[keyword]].flat().flatMap(alternatives))];
}

function forProperty({ properties, additionalProperties }: JsonObject, name: string): unknown[] {
  return isJsonObject(properties) && Object.hasOwn(properties, name) ? [properties[name]] : [additionalProperties];
}
