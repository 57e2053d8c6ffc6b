import type { ListQuery } from "@dramac/contracts";
import { z } from "zod";
import type { Tx } from "../db/database.ts";
import { decodeCursor, encodeCursor } from "./cursor.ts";
import { fieldCondition, type IndexedCollection, prepareIndexes, readIndexUse } from "./document-indexes.ts";

type Row = Record<string, unknown>;

/** The last document of a page: where the next page goes on. `[moment, id]`, or `[field, kind, number, text, id]` of an indexed field. */
type Cursor = readonly [at: string, id: string] | readonly [field: string, kind: number, number: string, text: string, id: string];

/** Documents of one collection in the order that the query asks for. @throws ApiError `validation_failed`, `bad_request` */
export async function listDocuments(
  tx: Tx,
  collection: IndexedCollection,
  { query, visitor }: { readonly query: ListQuery; readonly visitor: string | undefined },
): Promise<{ rows: readonly Row[]; next: string | null }> {
  const { installationId, name, declared } = collection;
  const { equal, conditions, isDescending, sortField } = readIndexUse(declared, query);
  const cursor = readCursor(query.cursor, sortField);
  if (conditions.length || sortField !== undefined) await prepareIndexes(tx, collection);
  const matching = conditions.map(
    ([field, condition]) => tx`and exists (select from module_document_fields f
      where f.installation_id = d.installation_id and f.collection = d.collection and f.document_id = d.id and f.field = ${field} and ${fieldCondition(tx, condition)})`,
  );
  const where = tx`d.installation_id = ${installationId} and d.collection = ${name} and d.data @> ${tx.json(equal as never)}
    ${visitor === undefined ? tx`` : tx`and d.visitor_sub = ${visitor}`} ${matching.reduce((all, one) => tx`${all} ${one}`, tx``)}`;
  const direction = isDescending ? tx`desc` : tx``;
  const isPast = isDescending ? tx`<` : tx`>`;
  const limit = query.limit + 1;
  const rows =
    sortField === undefined
      ? await tx`
          select d.*, to_char(d.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_text from module_documents d
          where ${where} ${cursor ? tx`and (d.created_at, d.id) ${isPast} (${cursor[0]}::text::timestamptz, ${cursor[1]})` : tx``}
          order by d.created_at ${direction}, d.id ${direction} limit ${limit}`
      : await tx`
          select d.*, s.kind, s.number_value::text as number_value, s.text_value from module_document_fields s
          join module_documents d on d.installation_id = s.installation_id and d.collection = s.collection and d.id = s.document_id
          where s.installation_id = ${installationId} and s.collection = ${name} and s.field = ${sortField} and ${where}
            ${
              cursor?.length === 5
                ? tx`and (s.kind, s.number_value, s.text_value, s.document_id) ${isPast} (${cursor[1]}::smallint, ${cursor[2]}::text::numeric, ${cursor[3]}, ${cursor[4]})`
                : tx``
            }
          order by s.kind ${direction}, s.number_value ${direction}, s.text_value ${direction}, s.document_id ${direction} limit ${limit}`;
  const page = rows.slice(0, query.limit);
  const last = page.at(-1);
  return { rows: page, next: rows.length > query.limit && last ? writeCursor(last, sortField) : null };
}

function writeCursor(row: Row, sortField: string | undefined): string {
  // The moment travels as text: the driver would cut it to milliseconds, and the next page would repeat documents.
  const cursor = sortField === undefined ? [row.created_text, row.id] : [sortField, row.kind, row.number_value, row.text_value, row.id];
  return encodeCursor(cursor);
}

const readCursor = (text: string | undefined, sortField: string | undefined): Cursor | undefined =>
  text === undefined
    ? undefined
    : decodeCursor(
        z.custom<Cursor>((value) => isCursor(value, sortField)),
        text,
      );

function isCursor(value: unknown, sortField: string | undefined): value is Cursor {
  if (!Array.isArray(value) || JSON.stringify(value).includes("\\u0000")) return false;
  if (sortField === undefined) return value.length === 2 && isMoment(value[0]) && typeof value[1] === "string";
  const [field, kind, number, sorted, id] = value as unknown[];
  return (
    value.length === 5 &&
    field === sortField &&
    (kind === 0 || kind === 1 || kind === 2) &&
    typeof number === "string" &&
    /^-?\d{1,400}(?:\.\d{1,400})?$/.test(number) &&
    typeof sorted === "string" &&
    typeof id === "string"
  );
}

/** Whether a text is a moment that exists: PostgreSQL refuses the 30th of February, and the caller would see a failure of ours. */
function isMoment(text: unknown): text is string {
  if (typeof text !== "string" || !/^(?!0000)\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/.test(text)) return false;
  const date = new Date(text);
  return !Number.isNaN(date.getTime()) && date.toISOString().slice(0, 19) === text.slice(0, 19);
}
