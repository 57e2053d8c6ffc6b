import { type Issue, SCHEMA_LIMITS } from "@dramac/contracts";
import { RE2JS } from "re2js";

export type Json = Record<string, unknown>;

/** The way from a document to the values that a part of its schema speaks of: a property's name, or every item. */
export type ValuePath = readonly (string | typeof EACH)[];
const EACH = Symbol("each item");

export interface PatternAtPath {
  readonly valuePath: ValuePath;
  readonly pattern: RE2JS;
}

/** What a schema may say, and how the word's value is read. A word that is not here is refused. */
const KEYWORDS = new Map<string, "any" | "number" | "list" | "others" | "schema" | "schemas" | "properties" | "items" | "pattern" | "format">([
  ...(["$schema", "$comment", "title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "type", "const"] as const).map(
    (word) => [word, "any"] as const,
  ),
  ...(["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength"] as const).map((word) => [word, "number"] as const),
  ...(["minItems", "maxItems", "minProperties", "maxProperties"] as const).map((word) => [word, "number"] as const),
  ...(["required", "enum"] as const).map((word) => [word, "list"] as const),
  ...(["not", "if", "then", "else"] as const).map((word) => [word, "schema"] as const),
  ...(["allOf", "anyOf", "oneOf", "prefixItems"] as const).map((word) => [word, "schemas"] as const),
  ["properties", "properties"],
  ["additionalProperties", "others"],
  ["items", "items"],
  ["pattern", "pattern"],
  ["format", "format"],
]);

const INSTEAD = new Map([
  ["$ref", "write the schema out where it is used"],
  ["$dynamicRef", "write the schema out where it is used"],
  ["patternProperties", "name each field under properties"],
  ["propertyNames", "name each field under properties"],
  ["uniqueItems", "store each item as a document, with an id that tells it apart"],
]);

/** Formats whose expressions were measured to be linear; `url` and `regex` are not. */
const FORMATS = ["date", "time", "date-time", "duration", "email", "hostname", "ipv4", "ipv6", "uri", "uri-reference", "uuid", "json-pointer"];

/** Reads a schema word by word: what is wrong with it, the schema without its patterns, and these for the linear engine. */
export function readSchema(schema: Json): { faults: Issue[]; plain: unknown; patterns: PatternAtPath[] } {
  const faults: Issue[] = [];
  const patterns: PatternAtPath[] = [];
  let branches = 0;
  const plain = read(schema, "", []);
  if (branches > SCHEMA_LIMITS.branches) refuse("", `has at most ${SCHEMA_LIMITS.branches} branches in all, this one has ${branches}`);
  return { plain, faults, patterns };

  function refuse(path: string, message: string): true {
    faults.push({ path: path || "/", message });
    return true;
  }

  /** @param place `undefined` where only some values are meant, so that no pattern can be held against them */
  function read(part: unknown, path: string, scope: ValuePath | undefined): unknown {
    if (typeof part === "boolean") return part;
    if (!isObject(part)) return refuse(path, "a schema is an object, true or false");
    const words = Object.entries(part).map(([word, value]) => [word, readWord(word, value, `${path}/${word}`, scope, Object.hasOwn(part, "prefixItems"))]);
    return Object.fromEntries(words.filter(([word]) => word !== "pattern"));
  }

  function readWord(word: string, value: unknown, path: string, scope: ValuePath | undefined, hasPrefix: boolean): unknown {
    const kind = KEYWORDS.get(word);
    switch (kind) {
      case undefined:
        return refuse(path, `${word} is not taken in a collection's schema: ${INSTEAD.get(word) ?? "leave it out"}`);
      case "any":
        return value;
      case "number":
        return typeof value === "number" ? value : refuse(path, "say a number");
      case "list":
        return Array.isArray(value) ? value : refuse(path, "say a list");
      case "others":
        return read(value, path, undefined);
      case "schema":
        branches++;
        return read(value, path, undefined);
      case "schemas":
        if (Array.isArray(value)) branches += value.length;
        return Array.isArray(value) ? value.map((one, index) => read(one, `${path}/${index}`, undefined)) : refuse(path, "say a list of schemas");
      case "properties":
        if (!isObject(value)) return refuse(path, "say a schema for each field");
        return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, read(one, `${path}/${name}`, scope && [...scope, name])]));
      case "items":
        return read(value, path, hasPrefix ? undefined : scope && [...scope, EACH]);
      case "format":
        return FORMATS.includes(String(value))
          ? value
          : refuse(path, `${String(value).slice(0, 40)} is not checked here: say one of ${FORMATS.join(", ")}, or a pattern`);
      case "pattern":
        return readPattern(value, path, scope);
      default:
        return kind satisfies never;
    }
  }

  function readPattern(value: unknown, path: string, scope: ValuePath | undefined): true {
    if (typeof value !== "string") return refuse(path, "say a regular expression");
    if (!scope) return refuse(path, "a pattern stands under properties and items alone, not in a branch or beside prefixItems: move it there");
    try {
      const pattern = RE2JS.compile(value);
      if (pattern.programSize() > SCHEMA_LIMITS.patternSize) return refuse(path, "this pattern is too large: repeat less, and say maxLength instead");
      patterns.push({ valuePath: scope, pattern });
      return true;
    } catch (error) {
      return refuse(path, `${(error as Error).message}. Patterns run on RE2: write it without look-around and back-references`);
    }
  }
}

export const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);
