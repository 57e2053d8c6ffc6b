import { randomUUID } from "node:crypto";
import {
  type Collection,
  CreateDocumentSchema,
  type DocumentPage,
  ListQuerySchema,
  STORAGE_LIMITS,
  type StoredDocument,
  UpdateDocumentSchema,
} from "@dramac/contracts";
import type { Database, Tx } from "../db/database.ts";
import { ApiError, parse } from "../http/api-error.ts";
import type { Caller } from "./caller.ts";
import { checkIndexedTexts, type IndexedCollection, indexDocument, IndexesChanged, prepareIndexes } from "./document-indexes.ts";
import { listDocuments } from "./list-documents.ts";
import { checkDocument, findCollection, requireReach } from "./collection-rules.ts";

type Row = Record<string, unknown>;

/** Two writes that exchange unique values, or a version that declares other fields, may stop one of the transactions: it runs again. */
const MAX_ATTEMPTS = 5;

const isConcurrencyFailure = (error: unknown): boolean => error instanceof IndexesChanged || (error as { code?: unknown }).code === "40P01";

function refusalFor(error: unknown): unknown {
  const { code, constraint_name: constraint } = error as { code?: string; constraint_name?: string };
  if (code === "23505") return new ApiError("conflict", "A document with this id exists already.");
  if (constraint === "module_storage_within_quota") return new ApiError("quota_exceeded", "The storage of this module is full. Delete something first.");
  return error;
}

const indexedCollection = ({ installation }: Caller, name: string, declared: Collection): IndexedCollection => ({
  installationId: installation.id,
  agencyId: installation.agencyId,
  name,
  declared,
});

/** Module storage: documents in declared collections, each call bounded by the collection's rules. */
export function createDocuments(database: Database) {
  const run = async <T>(caller: Caller, work: (tx: Tx) => Promise<T>): Promise<T> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await database.withTenant(caller.installation.agencyId, work);
      } catch (error) {
        if (attempt < MAX_ATTEMPTS && isConcurrencyFailure(error)) continue;
        throw refusalFor(error);
      }
    }
  };

  return {
    list(caller: Caller, name: string, data: unknown): Promise<DocumentPage> {
      const collection = findCollection(caller, name);
      const reach = requireReach(collection, caller, "read", name);
      const query = parse(ListQuerySchema, data ?? {});
      const visitor = reach === "own" ? (caller.sub as string) : caller.principal === "visitor" ? undefined : query.visitor;
      return run(caller, async (tx) => {
        const { rows, next } = await listDocuments(tx, indexedCollection(caller, name, collection), { query, visitor });
        return { items: rows.map((row) => present(row, caller)), next };
      });
    },

    get: (caller: Caller, name: string, id: string): Promise<StoredDocument> =>
      run(caller, async (tx) => present(await find(tx, caller, { name, id }, "read"), caller)),

    create(caller: Caller, name: string, data: unknown): Promise<StoredDocument> {
      const collection = findCollection(caller, name);
      requireReach(collection, caller, "create", name);
      const document = parse(CreateDocumentSchema, data);
      const size = sizeOf(document.data);
      checkDocument(collection, document.data);
      checkIndexedTexts(collection, document.data);
      const isVisitor = caller.principal === "visitor";
      if (isVisitor && document.visitor !== undefined) throw new ApiError("permission_denied", "Only members write on a visitor's behalf.");
      const owner = (isVisitor ? caller.sub : document.visitor) ?? null;
      const indexed = indexedCollection(caller, name, collection);
      return run(caller, async (tx) => {
        await prepareIndexes(tx, indexed);
        const [row] = await tx`
          insert into module_documents (installation_id, agency_id, collection, id, visitor_sub, author, data, size)
          values (${caller.installation.id}, ${caller.installation.agencyId}, ${name}, ${document.id ?? randomUUID()}, ${owner},
            ${isVisitor ? "visitor" : "member"}, ${tx.json(document.data as never)}, ${size}) returning *`;
        await indexDocument(tx, indexed, (row as Row).id as string);
        return present(row as Row, caller);
      });
    },

    update(caller: Caller, name: string, id: string, data: unknown): Promise<StoredDocument> {
      const { data: change, ifMatch } = parse(UpdateDocumentSchema, data);
      const collection = findCollection(caller, name);
      const indexed = indexedCollection(caller, name, collection);
      return run(caller, async (tx) => {
        await prepareIndexes(tx, indexed);
        const row = await find(tx, caller, { name, id }, "update");
        if (ifMatch !== undefined && row.version !== ifMatch)
          throw new ApiError("precondition_failed", "The document has changed since it was read. Read it again.");
        const merged = { ...(row.data as Record<string, unknown>), ...change };
        const size = sizeOf(merged);
        checkDocument(collection, merged);
        checkIndexedTexts(collection, merged);
        const [updated] = await tx`
          update module_documents set data = ${tx.json(merged as never)}, size = ${size}, version = version + 1, updated_at = now()
          where installation_id = ${caller.installation.id} and collection = ${name} and id = ${id} returning *`;
        await indexDocument(tx, indexed, id);
        return present(updated as Row, caller);
      });
    },

    remove: (caller: Caller, name: string, id: string): Promise<void> =>
      run(caller, async (tx) => {
        await find(tx, caller, { name, id }, "delete");
        await tx`delete from module_documents where installation_id = ${caller.installation.id} and collection = ${name} and id = ${id}`;
      }),
  };
}

interface DocumentKey {
  /** The collection's name. */
  readonly name: string;
  readonly id: string;
}

/** One document that the caller may act on, with its row locked. Another visitor's document is answered like a missing one. */
async function find(tx: Tx, caller: Caller, { name, id }: DocumentKey, action: "read" | "update" | "delete"): Promise<Row> {
  const reach = requireReach(findCollection(caller, name), caller, action, name);
  const [row] = await tx`
    select * from module_documents where installation_id = ${caller.installation.id} and collection = ${name} and id = ${id}
      ${reach === "own" ? tx`and visitor_sub = ${caller.sub as string}` : tx``} for update`;
  if (!row) throw new ApiError("not_found", `There is no document ${id} in ${name}.`);
  return row as Row;
}

/** Bytes of a document as JSON. @throws ApiError `payload_too_large`, `validation_failed` */
function sizeOf(data: Record<string, unknown>): number {
  const text = JSON.stringify(data);
  const size = Buffer.byteLength(text);
  if (size > STORAGE_LIMITS.documentBytes) throw new ApiError("payload_too_large", `A document holds at most ${STORAGE_LIMITS.documentBytes} bytes.`);
  if (text.includes("\\u0000")) throw new ApiError("validation_failed", "Text cannot hold NUL characters.");
  return size;
}

function present(row: Row, caller: Caller): StoredDocument {
  const isVisitor = caller.principal === "visitor";
  return {
    id: row.id as string,
    version: row.version as number,
    data: row.data as Record<string, unknown>,
    author: row.author as "visitor" | "member",
    mine: isVisitor ? row.author === "visitor" && row.visitor_sub !== null && row.visitor_sub === caller.sub : row.author === "member",
    ...(!isVisitor && row.visitor_sub !== null && { visitor: row.visitor_sub as string }),
    createdAt: (row.created_at as Date).toISOString(),
    updatedAt: (row.updated_at as Date).toISOString(),
  };
}

export type Documents = ReturnType<typeof createDocuments>;
