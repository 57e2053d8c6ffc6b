import { type Issue, SCHEMA_LIMITS } from "@dramac/contracts";
import { RE2JS } from "re2js";
import { isJsonObject, type JsonObject } from "./json-object.ts";

/** The path from a document to the values that a part of its schema describes; each step is a property's name, or every item. */
export type ValuePath = readonly (string | typeof EACH)[];
const EACH = Symbol("each item");

export interface PatternAtPath {
  readonly valuePath: ValuePath;
  readonly pattern: RE2JS;
}

/** The keywords that a schema may use, and how the value of each is read. Other keywords are refused. */
const KEYWORDS = new Map<string, "any" | "number" | "list" | "others" | "schema" | "schemas" | "properties" | "items" | "pattern" | "format">([
  ...(["$schema", "$comment", "title", "description", "default", "examples", "deprecated", "readOnly", "writeOnly", "type", "const"] as const).map(
    (keyword) => [keyword, "any"] as const,
  ),
  ...(["minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "minLength", "maxLength"] as const).map(
    (keyword) => [keyword, "number"] as const,
  ),
  ...(["minItems", "maxItems", "minProperties", "maxProperties"] as const).map((keyword) => [keyword, "number"] as const),
  ...(["required", "enum"] as const).map((keyword) => [keyword, "list"] as const),
  ...(["not", "if", "then", "else"] as const).map((keyword) => [keyword, "schema"] as const),
  ...(["allOf", "anyOf", "oneOf", "prefixItems"] as const).map((keyword) => [keyword, "schemas"] as const),
  ["properties", "properties"],
  ["additionalProperties", "others"],
  ["items", "items"],
  ["pattern", "pattern"],
  ["format", "format"],
]);

/** What to write in place of a refused keyword. */
const ALTERNATIVES = new Map([
  ["$ref", "write the schema out where it is used"],
  ["$dynamicRef", "write the schema out where it is used"],
  ["patternProperties", "name each field under properties"],
  ["propertyNames", "name each field under properties"],
  ["uniqueItems", "store each item as a document, with an id that tells it apart"],
]);

/** Formats whose regular expressions run in linear time, as measured; those of `url` and `regex` do not. */
const FORMATS = ["date", "time", "date-time", "duration", "email", "hostname", "ipv4", "ipv6", "uri", "uri-reference", "uuid", "json-pointer"];

export interface ReadSchema {
  readonly issues: Issue[];
  /** The schema without its patterns. */
  readonly plain: unknown;
  /** The patterns, for the linear-time engine. */
  readonly patterns: PatternAtPath[];
}

/** Where a keyword was found. */
interface KeywordContext {
  /** Inside the schema. */
  readonly path: string;
  /** The values that the keyword applies to; `undefined` where it applies to some values only, so that no pattern can be used. */
  readonly valuePath: ValuePath | undefined;
  readonly hasPrefixItems: boolean;
}

/** Reads a schema keyword by keyword. */
export function readSchema(schema: JsonObject): ReadSchema {
  const issues: Issue[] = [];
  const patterns: PatternAtPath[] = [];
  let branches = 0;
  const plain = read(schema, "", []);
  if (branches > SCHEMA_LIMITS.branches) refuse("", `has at most ${SCHEMA_LIMITS.branches} branches in all, this one has ${branches}`);
  return { plain, issues, patterns };

  function refuse(path: string, message: string): true {
    issues.push({ path: path || "/", message });
    return true;
  }

  function read(part: unknown, path: string, valuePath: ValuePath | undefined): unknown {
    if (typeof part === "boolean") return part;
    if (!isJsonObject(part)) return refuse(path, "a schema is an object, true or false");
    const hasPrefixItems = Object.hasOwn(part, "prefixItems");
    const keywords = Object.entries(part).map(([keyword, value]) => [
      keyword,
      readKeyword(keyword, value, { path: `${path}/${keyword}`, valuePath, hasPrefixItems }),
    ]);
    return Object.fromEntries(keywords.filter(([keyword]) => keyword !== "pattern"));
  }

  function readKeyword(keyword: string, value: unknown, { path, valuePath, hasPrefixItems }: KeywordContext): unknown {
    const kind = KEYWORDS.get(keyword);
    switch (kind) {
      case undefined:
        return refuse(path, `${keyword} is not allowed in a collection's schema: ${ALTERNATIVES.get(keyword) ?? "leave it out"}`);
      case "any":
        return value;
      case "number":
        return typeof value === "number" ? value : refuse(path, "must be a number");
      case "list":
        return Array.isArray(value) ? value : refuse(path, "must be a list");
      case "others":
        return read(value, path, undefined);
      case "schema":
        branches++;
        return read(value, path, undefined);
      case "schemas":
        if (Array.isArray(value)) branches += value.length;
        return Array.isArray(value) ? value.map((one, index) => read(one, `${path}/${index}`, undefined)) : refuse(path, "must be a list of schemas");
      case "properties":
        if (!isJsonObject(value)) return refuse(path, "must hold a schema for each field");
        return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, read(one, `${path}/${name}`, valuePath && [...valuePath, name])]));
      case "items":
        return read(value, path, hasPrefixItems ? undefined : valuePath && [...valuePath, EACH]);
      case "format":
        return FORMATS.includes(String(value))
          ? value
          : refuse(path, `${String(value).slice(0, 40)} is not checked here: say one of ${FORMATS.join(", ")}, or a pattern`);
      case "pattern":
        return readPattern(value, path, valuePath);
      default:
        return kind satisfies never;
    }
  }

  function readPattern(value: unknown, path: string, valuePath: ValuePath | undefined): true {
    if (typeof value !== "string") return refuse(path, "must be a regular expression");
    if (!valuePath) return refuse(path, "a pattern may only be under properties and items, not in a branch or beside prefixItems: move it there");
    try {
      const pattern = RE2JS.compile(value);
      if (pattern.programSize() > SCHEMA_LIMITS.patternSize) return refuse(path, "this pattern is too large: repeat less, and use maxLength instead");
      patterns.push({ valuePath, pattern });
      return true;
    } catch (error) {
      return refuse(path, `${(error as Error).message}. Patterns run on RE2: write it without look-around and back-references`);
    }
  }
}
