import type { Collection } from "@dramac/contracts";
import { Validator } from "@cfworker/json-schema";
import { RE2JS } from "re2js";
import { ApiError } from "../http/api-error.ts";
import type { Caller } from "./caller.ts";

export type StorageAction = "create" | "read" | "update" | "delete";

/** How far a caller reaches in a collection: everything, its own documents, or nothing. */
export type Reach = "all" | "own" | "none";

export function reachOf(collection: Collection, caller: Caller, action: StorageAction): Reach {
  if (caller.principal !== "visitor") return collection.member.includes(action) ? "all" : "none";
  const rules: readonly string[] = collection.visitor;
  if (action === "create") return rules.includes("create") ? "all" : "none";
  if (rules.includes(action)) return "all";
  return rules.includes(`${action}:own`) && caller.sub !== undefined ? "own" : "none";
}

/** The collection that a manifest declares. @throws ApiError `unknown_collection` */
export function findCollection(caller: Caller, name: string): Collection {
  const { collections } = caller.installation.manifest;
  const collection = Object.hasOwn(collections, name) ? collections[name] : undefined;
  if (!collection) throw new ApiError("unknown_collection", `Declare the collection ${name} in the manifest.`);
  return collection;
}

/** @throws ApiError `collection_denied` */
export function requireReach(collection: Collection, caller: Caller, action: StorageAction, name: string): Exclude<Reach, "none"> {
  const reach = reachOf(collection, caller, action);
  if (reach !== "none") return reach;
  const consent = caller.principal === "visitor" && caller.sub === undefined ? " (this visitor has agreed to no credential, so nothing is its own)" : "";
  throw new ApiError("collection_denied", `The rules of ${name} do not let a ${caller.principal} ${action}${consent}.`);
}

/** Validates a document by its collection's schema. @throws ApiError `validation_failed` with every fault */
export function checkDocument(collection: Collection, data: Record<string, unknown>): void {
  if (!Object.keys(collection.schema).length) return;
  const patterns = withoutPatterns(collection.schema);
  const { valid, errors } = new Validator(patterns.schema, "2020-12", false).validate(data);
  const faults = errors.map(({ instanceLocation, error }) => ({ path: instanceLocation.replace(/^#/, "") || "/", message: error }));
  for (const [field, pattern] of patterns.fields) {
    const value = data[field];
    if (typeof value === "string" && !RE2JS.compile(pattern).matcher(value).find()) faults.push({ path: `/${field}`, message: `does not match ${pattern}` });
  }
  if (!valid || faults.length) throw new ApiError("validation_failed", `The document breaks its schema at ${faults.at(-1)?.path}.`, { faults });
}

/** Patterns come from strangers: they run on a linear engine, so the validator never sees them. */
function withoutPatterns(schema: Record<string, unknown>): { schema: Record<string, unknown>; fields: [string, string][] } {
  const fields: [string, string][] = [];
  const properties = (schema.properties ?? {}) as Record<string, { pattern?: string }>;
  for (const [field, { pattern }] of Object.entries(properties)) if (pattern) fields.push([field, pattern]);
  const copy = JSON.parse(JSON.stringify(schema), (key, value: unknown) => (key === "pattern" && typeof value === "string" ? undefined : value)) as Record<
    string,
    unknown
  >;
  return { schema: copy, fields };
}
