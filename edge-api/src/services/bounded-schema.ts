import { Validator } from "@cfworker/json-schema";
import { type Issue, SCHEMA_LIMITS } from "@dramac/contracts";
import { isObject, type Json, type ValuePath, type PatternAtPath, readSchema } from "./schema-keywords.ts";

/** A stranger's schema, ready to check values. */
export interface CompiledSchema {
  /** Why it may not run at all, each with its path inside the schema; empty for a good one. */
  readonly issues: readonly Issue[];
  /** Every fault of a value, in an effort that is bounded whatever the schema and the value say. */
  findIssues(data: Json): Issue[];
}

/** Compiles a schema that comes from a stranger: what is not known to be cheap is a fault, and nothing of it runs. */
export function compileSchema(schema: Json): CompiledSchema {
  if (isDeeperThan(schema, SCHEMA_LIMITS.depth)) return refused(`nests at most ${SCHEMA_LIMITS.depth} levels deep`);
  const { length } = JSON.stringify(schema);
  if (length > SCHEMA_LIMITS.bytes) return refused(`holds at most ${SCHEMA_LIMITS.bytes} bytes`);
  const { faults, plain, patterns } = readSchema(schema);
  if (faults.length) return { issues: faults, findIssues: () => [...faults] };
  const validator = new Validator(plain as Json, "2020-12", false);

  return {
    issues: faults,
    findIssues(data) {
      const values = countValues(data);
      // The validator applies a part of the schema to a value at most once, so the product bounds its time and its list of faults.
      if (values * length > SCHEMA_LIMITS.work) return [{ path: "/", message: `holds too many values (${values}) for a schema of ${length} bytes` }];
      return [...validate(validator, data), ...matchPatterns(patterns, data)].slice(0, SCHEMA_LIMITS.faults);
    },
  };
}

function refused(message: string): CompiledSchema {
  const faults = [{ path: "/", message }];
  return { issues: faults, findIssues: () => [...faults] };
}

/** Keywords whose faults only say that one is further in. */
const SUMMARIES = new Set(["properties", "items", "prefixItems", "allOf"]);

function validate(validator: Validator, data: Json): Issue[] {
  try {
    const { errors } = validator.validate(data);
    return errors
      .filter(({ keyword }) => !SUMMARIES.has(keyword))
      .map(({ instanceLocation, error }) => ({ path: instanceLocation.replace(/^#/, "") || "/", message: error }));
  } catch (error) {
    // The validator passes its faults on as parameters, of which an engine takes some ten thousands.
    if (error instanceof RangeError) return [{ path: "/", message: "has too many faults to list" }];
    throw error;
  }
}

function matchPatterns(patterns: readonly PatternAtPath[], data: Json): Issue[] {
  const faults: Issue[] = [];
  let steps = 0;
  for (const { valuePath, pattern } of patterns) {
    for (const [path, value] of valuesAt(data, valuePath)) {
      if (typeof value !== "string") continue;
      steps += (value.length + 1) * pattern.programSize();
      if (steps > SCHEMA_LIMITS.patternSteps) return [...faults, { path, message: `is too long to be matched with ${pattern.pattern()}` }];
      if (!pattern.matcher(value).find()) faults.push({ path, message: `does not match ${pattern.pattern()}` });
    }
  }
  return faults;
}

function* valuesAt(value: unknown, [step, ...rest]: ValuePath, path = ""): Generator<readonly [path: string, value: unknown]> {
  if (step === undefined) yield [path || "/", value];
  else if (typeof step === "string") {
    if (isObject(value) && Object.hasOwn(value, step)) yield* valuesAt(value[step], rest, `${path}/${step}`);
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
