import { createHash } from "node:crypto";
import { type Collection, DOCUMENT_INDEX_LIMITS, type FieldFilter, type ListQuery } from "@dramac/contracts";
import type { Tx } from "../db/database.ts";
import { ApiError } from "../http/api-error.ts";

/** One collection of one installation, with what its manifest declares. */
export interface IndexedCollection {
  readonly installationId: string;
  readonly agencyId: string;
  readonly name: string;
  readonly declared: Collection;
}

const uniqueKeys = ({ unique }: Collection): string[][] => unique.map((key) => (typeof key === "string" ? [key] : [...key]));

const hasIndexes = ({ indexed, unique }: Collection): boolean => indexed.length + unique.length > 0;

const definitionOf = (collection: Collection): string =>
  createHash("sha256")
    .update(JSON.stringify([[...collection.indexed].sort(), uniqueKeys(collection)]))
    .digest("hex");

const lockKeyOf = ({ installationId, name }: IndexedCollection): string =>
  createHash("sha256").update(`${installationId} ${name}`).digest().readBigInt64BE().toString();

/**
 * Makes the index rows of a collection agree with its declarations for the rest of the transaction: builds them when another version
 * declared other fields, and forgets them when nothing is declared any more. Call it before a document is written, and before
 * documents are sorted or filtered by an indexed field.
 */
export async function prepareIndexes(tx: Tx, collection: IndexedCollection): Promise<void> {
  const { installationId, agencyId, name, declared } = collection;
  const lockKey = lockKeyOf(collection);
  if (!hasIndexes(declared)) {
    await tx`select pg_advisory_xact_lock_shared(${lockKey}::bigint)`;
    await tx`delete from module_collection_indexes where installation_id = ${installationId} and collection = ${name}`;
    return;
  }
  const definition = definitionOf(declared);
  const readDefinition = async () => {
    const [row] = await tx`select definition from module_collection_indexes where installation_id = ${installationId} and collection = ${name}`;
    return row?.definition as string | undefined;
  };
  // The exclusive lock must come first: two transactions that both hold the shared one would wait for each other.
  const isCurrent = (await readDefinition()) === definition;
  if (isCurrent) {
    await tx`select pg_advisory_xact_lock_shared(${lockKey}::bigint)`;
    if ((await readDefinition()) === definition) return;
    throw new IndexesChanged();
  }
  await tx`select pg_advisory_xact_lock(${lockKey}::bigint)`;
  if ((await readDefinition()) === definition) return;
  await tx`select rebuild_collection_indexes(${installationId}, ${agencyId}, ${name}, ${[...declared.indexed]}::text[], ${tx.json(uniqueKeys(declared))}, ${definition})`;
}

/** Another version changed the declarations between two statements: the transaction must run again. */
export class IndexesChanged extends Error {}

/** Writes the index rows of a document that was just stored. @throws ApiError `conflict`, naming the fields whose value another document has */
export async function indexDocument(tx: Tx, { installationId, name, declared }: IndexedCollection, id: string): Promise<void> {
  if (declared.unique.length) {
    const [row] = await tx`select claim_document_keys(${installationId}, ${name}, ${tx.json(uniqueKeys(declared))}, ${id}) as taken`;
    if (row?.taken) throw alreadyTaken(JSON.parse(row.taken as string) as string[]);
  }
  if (declared.indexed.length) await tx`select index_document_fields(${installationId}, ${name}, ${[...declared.indexed]}::text[], ${id})`;
}

function alreadyTaken(fields: readonly string[]): ApiError {
  const message = "Another document has this value already.";
  const subject = fields.length === 1 ? `this ${fields[0]}` : `this combination of ${fields.join(" and ")}`;
  return new ApiError("conflict", `A document with ${subject} exists already. Choose another value.`, {
    faults: fields.map((field) => ({ path: `/data/${field}`, message })),
  });
}

/** @throws ApiError `validation_failed` when an indexed text is longer than an index holds */
export function checkIndexedTexts({ indexed }: Collection, data: Readonly<Record<string, unknown>>): void {
  for (const field of indexed) {
    const value = data[field];
    if (typeof value !== "string" || value.length <= DOCUMENT_INDEX_LIMITS.textLength) continue;
    const message = `An indexed text holds at most ${DOCUMENT_INDEX_LIMITS.textLength} characters. Shorten it, or take the field out of "indexed".`;
    throw new ApiError("validation_failed", `The field ${field} is too long: ${message}`, { faults: [{ path: `/data/${field}`, message }] });
  }
}

const isCondition = (filter: FieldFilter): filter is Exclude<FieldFilter, string | number | boolean | null> => typeof filter === "object" && filter !== null;

/** What a query filters by equality, and the fields whose index it uses. @throws ApiError `validation_failed` for a field that is not indexed */
export function readIndexUse({ indexed }: Collection, { filter, sort }: ListQuery) {
  const equal: Record<string, unknown> = {};
  const conditions: [field: string, condition: Exclude<FieldFilter, string | number | boolean | null>][] = [];
  for (const [field, value] of Object.entries(filter)) {
    if (isCondition(value)) conditions.push([requireIndexed(field, `/filter/${field}`), value]);
    else equal[field] = value;
  }
  const isDescending = sort.startsWith("-");
  const sortField = sort.replace(/^-/, "");
  if (sortField !== "createdAt") requireIndexed(sortField, "/sort");
  return { equal, conditions, isDescending, sortField: sortField === "createdAt" ? undefined : sortField };

  function requireIndexed(field: string, path: string): string {
    if (indexed.includes(field)) return field;
    const message = `${field} is not indexed: declare it in "indexed" of the collection to sort by it or to filter it by range, list or prefix.`;
    throw new ApiError("validation_failed", message, { faults: [{ path, message }] });
  }
}

type Value = string | number | boolean;

const kindOf = (value: Value): number => (typeof value === "string" ? 1 : 0);

/** The SQL condition that a document's row of one field meets. `f` is that row. */
export function fieldCondition(tx: Tx, condition: Exclude<FieldFilter, string | number | boolean | null>) {
  const parts = [tx`true`];
  const compare = (operator: ">" | ">=" | "<" | "<=", value: Value | undefined) => {
    if (value === undefined) return;
    const column = typeof value === "string" ? tx`f.text_value` : tx`f.number_value`;
    const typed = typeof value === "string" ? tx`${value}::text` : tx`${String(Number(value))}::numeric`;
    const comparison = { ">": tx`${column} > ${typed}`, ">=": tx`${column} >= ${typed}`, "<": tx`${column} < ${typed}`, "<=": tx`${column} <= ${typed}` }[
      operator
    ];
    parts.push(tx`f.kind = ${kindOf(value)} and ${comparison}`);
  };
  compare(">", condition.gt);
  compare(">=", condition.gte);
  compare("<", condition.lt);
  compare("<=", condition.lte);
  if (condition.prefix !== undefined) parts.push(tx`f.kind = 1 and starts_with(f.text_value, ${condition.prefix}) and f.text_value >= ${condition.prefix}`);
  if (condition.in) {
    const texts = condition.in.filter((value) => typeof value === "string");
    const numbers = condition.in.filter((value) => typeof value !== "string").map((value) => String(Number(value)));
    parts.push(tx`((f.kind = 1 and f.text_value = any(${texts}::text[])) or (f.kind = 0 and f.number_value = any(${numbers}::numeric[])))`);
  }
  return parts.reduce((whole, part) => tx`${whole} and ${part}`);
}
