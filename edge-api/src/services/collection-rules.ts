import type { Collection } from "@dramac/contracts";
import { ApiError } from "../http/api-error.ts";
import type { Caller } from "./caller.ts";
import { type CompiledSchema, compileSchema } from "./bounded-schema.ts";

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

const compiled = new WeakMap<object, CompiledSchema>();

/**
 * Validates a document by its collection's schema. @throws ApiError `validation_failed` with every fault,
 * or, for a schema that was published before its faults were known, with what to change in it
 */
export function checkDocument({ schema }: Collection, data: Record<string, unknown>): void {
  if (!Object.keys(schema).length) return;
  const known = compiled.get(schema) ?? compileSchema(schema);
  compiled.set(schema, known);
  const [fault] = known.issues;
  if (fault) {
    const detail = `The schema of this collection may not run. At ${fault.path}: ${fault.message}. Publish a version that mends it.`;
    throw new ApiError("validation_failed", detail, { faults: known.issues });
  }
  const faults = known.findIssues(data);
  if (faults.length) throw new ApiError("validation_failed", `The document breaks its schema at ${faults.at(-1)?.path}.`, { faults });
}
