import type { Collection } from "@dramac/contracts";
import { ApiError } from "../http/api-error.ts";
import type { Caller } from "./caller.ts";
import { type CompiledSchema, compileSchema } from "./bounded-schema.ts";

export type StorageAction = "create" | "read" | "update" | "delete";

/** Which documents of a collection a caller may act on. */
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
  const consent = caller.principal === "visitor" && caller.sub === undefined ? " (this visitor has no credential, so it owns no documents)" : "";
  throw new ApiError("collection_denied", `The rules of ${name} do not let a ${caller.principal} ${action}${consent}.`);
}

const compiled = new WeakMap<object, CompiledSchema>();

/**
 * Validates a document by its collection's schema.
 * @throws ApiError `validation_failed` with every issue of the document, or with the issues of a schema that may not run
 */
export function checkDocument({ schema }: Collection, data: Record<string, unknown>): void {
  if (!Object.keys(schema).length) return;
  const known = compiled.get(schema) ?? compileSchema(schema);
  compiled.set(schema, known);
  const [issue] = known.issues;
  if (issue) {
    const detail = `The schema of this collection may not run. At ${issue.path}: ${issue.message}. Publish a version that fixes it.`;
    throw new ApiError("validation_failed", detail, { faults: known.issues });
  }
  const issues = known.findIssues(data);
  if (issues.length) throw new ApiError("validation_failed", `The document breaks its schema at ${issues.at(-1)?.path}.`, { faults: issues });
}
