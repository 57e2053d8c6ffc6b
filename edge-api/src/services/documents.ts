import { randomUUID } from "node:crypto";
import { CreateDocumentSchema, type DocumentPage, ListQuerySchema, STORAGE_LIMITS, type StoredDocument, UpdateDocumentSchema } from "@dramac/contracts";
import type { Database, Tx } from "../db/database.ts";
import { ApiError, parse } from "../http/api-error.ts";
import type { Caller } from "./caller.ts";
import { checkDocument, findCollection, requireReach } from "./collection-rules.ts";

type Row = Record<string, unknown>;

/** Module storage: documents in declared collections, each call bounded by the collection's rules. */
export function createDocuments(database: Database) {
  const run = <T>(caller: Caller, work: (tx: Tx) => Promise<T>): Promise<T> =>
    database.withTenant(caller.installation.agencyId, work).catch((fault: unknown) => {
      const { code, constraint_name: constraint } = fault as { code?: string; constraint_name?: string };
      if (code === "23505") throw new ApiError("conflict", "A document with this id exists already.");
      if (constraint === "module_storage_within_quota") throw new ApiError("quota_exceeded", "The storage of this module is full. Delete something first.");
      throw fault;
    });

  return {
    list(caller: Caller, name: string, data: unknown): Promise<DocumentPage> {
      const reach = requireReach(findCollection(caller, name), caller, "read", name);
      const query = parse(ListQuerySchema, data ?? {});
      const cursor = readCursor(query.cursor);
      const visitor = reach === "own" ? (caller.sub as string) : caller.principal === "visitor" ? undefined : query.visitor;
      const isDown = query.sort === "-createdAt";
      return run(caller, async (tx) => {
        // The cursor travels as text: as a moment the driver would cut it to milliseconds, and the page before would end again.
        const rows = await tx`
          select *, to_char(created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as place from module_documents
          where installation_id = ${caller.installation.id} and collection = ${name}
            and data @> ${tx.json(query.filter as never)}
            ${visitor === undefined ? tx`` : tx`and visitor_sub = ${visitor}`}
            ${!cursor ? tx`` : isDown ? tx`and (created_at, id) < (${cursor.at}::text::timestamptz, ${cursor.id})` : tx`and (created_at, id) > (${cursor.at}::text::timestamptz, ${cursor.id})`}
          order by ${isDown ? tx`created_at desc, id desc` : tx`created_at, id`} limit ${query.limit + 1}`;
        const page = rows.slice(0, query.limit);
        const last = page.at(-1);
        const next = rows.length > query.limit && last ? Buffer.from(`${last.place as string} ${last.id as string}`).toString("base64url") : null;
        return { items: page.map((row) => present(row, caller)), next };
      });
    },

    get: (caller: Caller, name: string, id: string): Promise<StoredDocument> =>
      run(caller, async (tx) => present(await find(tx, caller, name, id, "read"), caller)),

    create(caller: Caller, name: string, data: unknown): Promise<StoredDocument> {
      const collection = findCollection(caller, name);
      requireReach(collection, caller, "create", name);
      const document = parse(CreateDocumentSchema, data);
      const size = sizeOf(document.data);
      checkDocument(collection, document.data);
      const isVisitor = caller.principal === "visitor";
      if (isVisitor && document.visitor !== undefined) throw new ApiError("permission_denied", "Only members write on a visitor's behalf.");
      const owner = (isVisitor ? caller.sub : document.visitor) ?? null;
      return run(caller, async (tx) => {
        const [row] = await tx`
          insert into module_documents (installation_id, agency_id, collection, id, visitor_sub, author, data, size)
          values (${caller.installation.id}, ${caller.installation.agencyId}, ${name}, ${document.id ?? randomUUID()}, ${owner},
            ${isVisitor ? "visitor" : "member"}, ${tx.json(document.data as never)}, ${size}) returning *`;
        return present(row as Row, caller);
      });
    },

    update(caller: Caller, name: string, id: string, data: unknown): Promise<StoredDocument> {
      const { data: change, ifMatch } = parse(UpdateDocumentSchema, data);
      const collection = findCollection(caller, name);
      return run(caller, async (tx) => {
        const row = await find(tx, caller, name, id, "update");
        if (ifMatch !== undefined && row.version !== ifMatch)
          throw new ApiError("precondition_failed", "The document has changed since it was read. Read it again.");
        const merged = { ...(row.data as Record<string, unknown>), ...change };
        const size = sizeOf(merged);
        checkDocument(collection, merged);
        const [updated] = await tx`
          update module_documents set data = ${tx.json(merged as never)}, size = ${size}, version = version + 1, updated_at = now()
          where installation_id = ${caller.installation.id} and collection = ${name} and id = ${id} returning *`;
        return present(updated as Row, caller);
      });
    },

    remove: (caller: Caller, name: string, id: string): Promise<void> =>
      run(caller, async (tx) => {
        await find(tx, caller, name, id, "delete");
        await tx`delete from module_documents where installation_id = ${caller.installation.id} and collection = ${name} and id = ${id}`;
      }),
  };
}

/** One document that the caller may act on, locked. What is another's looks exactly like what is missing. */
async function find(tx: Tx, caller: Caller, name: string, id: string, action: "read" | "update" | "delete"): Promise<Row> {
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

function readCursor(cursor: string | undefined): { at: string; id: string } | undefined {
  if (cursor === undefined) return undefined;
  const [at = "", id = ""] = Buffer.from(cursor, "base64url").toString("utf8").split(" ");
  if (!/^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(at) || !id) throw new ApiError("bad_request", "This cursor is not one of ours. Start from the first page.");
  return { at, id };
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
