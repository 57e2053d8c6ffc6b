import { Validator } from "@cfworker/json-schema";
import { type Issue, SCHEMA_LIMITS } from "@dramac/contracts";
import { isJsonObject, type JsonObject } from "./json-object.ts";
import { type PatternAtPath, readSchema, type ValuePath } from "./schema-keywords.ts";

/** A schema from a module's developer, ready to check values. */
export interface CompiledSchema {
  /** Why the schema may not run at all, with paths inside the schema; empty when it may. */
  readonly issues: readonly Issue[];
  /** Every issue of a value. The work is bounded for any schema and any value. */
  findIssues(data: JsonObject): Issue[];
}

/** Compiles a schema that is not trusted: a schema with a part that is not known to be cheap has issues, and never runs. */
export function compileSchema(schema: JsonObject): CompiledSchema {
  if (isDeeperThan(schema, SCHEMA_LIMITS.depth)) return refused(`nests at most ${SCHEMA_LIMITS.depth} levels deep`);
  const { length } = JSON.stringify(schema);
  if (length > SCHEMA_LIMITS.bytes) return refused(`holds at most ${SCHEMA_LIMITS.bytes} bytes`);
  const { issues, plain, patterns } = readSchema(schema);
  if (issues.length) return { issues, findIssues: () => [...issues] };
  const validator = new Validator(plain as JsonObject, "2020-12", false);

  return {
    issues,
    findIssues(data) {
      const values = countValues(data);
      // The validator applies each part of the schema to a value at most once, so the product bounds its time and its list of errors.
      if (values * length > SCHEMA_LIMITS.work) return [{ path: "/", message: `holds too many values (${values}) for a schema of ${length} bytes` }];
      return [...validate(validator, data), ...matchPatterns(patterns, data)].slice(0, SCHEMA_LIMITS.faults);
    },
  };
}

function refused(message: string): CompiledSchema {
  const issues = [{ path: "/", message }];
  return { issues, findIssues: () => [...issues] };
}

/** Keywords whose errors only say that there is an error further in. */
const SUMMARIES = new Set(["properties", "items", "prefixItems", "allOf"]);

function validate(validator: Validator, data: JsonObject): Issue[] {
  try {
    const { errors } = validator.validate(data);
    return errors
      .filter(({ keyword }) => !SUMMARIES.has(keyword))
      .map(({ instanceLocation, error }) => ({ path: instanceLocation.replace(/^#/, "") || "/", message: error }));
  } catch (error) {
    // The validator passes its errors on as function arguments, and an engine takes only some ten thousands of those.
    if (error instanceof RangeError) return [{ path: "/", message: "has too many issues to list" }];
    throw error;
  }
}

function matchPatterns(patterns: readonly PatternAtPath[], data: JsonObject): Issue[] {
  const issues: Issue[] = [];
  let steps = 0;
  for (const { valuePath, pattern } of patterns) {
    for (const [path, value] of valuesAt(data, valuePath)) {
      if (typeof value !== "string") continue;
      steps += (value.length + 1) * pattern.programSize();
      if (steps > SCHEMA_LIMITS.patternSteps) return [...issues, { path, message: `is too long to be matched with ${pattern.pattern()}` }];
      if (!pattern.matcher(value).find()) issues.push({ path, message: `does not match ${pattern.pattern()}` });
    }
  }
  return issues;
}

function* valuesAt(value: unknown, [step, ...rest]: ValuePath, path = ""): Generator<readonly [path: string, value: unknown]> {
  if (step === undefined) yield [path || "/", value];
  else if (typeof step === "string") {
    if (isJsonObject(value) && Object.hasOwn(value, step)) yield* valuesAt(value[step], rest, `${path}/${step}`);
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) yield* valuesAt(item, rest, `${path}/${index}`);
  }
}

function countValues(data: unknown): number {
  const waiting = [data];
  let count = 0;
  for (; waiting.length; count++) {
    const value = waiting.pop();
    if (typeof value === "object" && value !== null) for (const inner of Object.values(value)) waiting.push(inner);
  }
  return count;
}

const isDeeperThan = (value: unknown, levels: number): boolean =>
  typeof value === "object" && value !== null && (levels === 0 || Object.values(value).some((inner) => isDeeperThan(inner, levels - 1)));
