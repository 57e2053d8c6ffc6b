import { z } from "zod";
import { DOCUMENT_INDEX_LIMITS } from "./limits.ts";

/** What a visitor may do in a collection; `:own` means documents that belong to this visitor. */
export const VISITOR_RULES = ["create", "read", "read:own", "update:own", "delete:own"] as const;
export const MEMBER_RULES = ["create", "read", "update", "delete"] as const;

const FieldName = z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,39}$/);

/** A collection of the module's storage, with who may do what in it. */
export const CollectionSchema = z.strictObject({
  visitor: z.array(z.enum(VISITOR_RULES)).default([]),
  member: z.array(z.enum(MEMBER_RULES)).default([]),
  /**
   * JSON Schema of a document's data. Publishing refuses keywords that cannot be checked in linear time, such as `$ref` and
   * `patternProperties`, and schemas that exceed `SCHEMA_LIMITS`; a `pattern` runs on RE2, at any depth of `properties` and `items`.
   */
  schema: z.record(z.string(), z.unknown()).default({}),
  /**
   * Top-level fields that documents can be sorted by and filtered by range, list and prefix. A text in such a field holds at most
   * `DOCUMENT_INDEX_LIMITS.textLength` characters.
   */
  indexed: z
    .array(FieldName.refine((name) => name !== "createdAt", "createdAt is the moment at which a document was created: every collection is sorted by it"))
    .max(8)
    .default([]),
  /**
   * Fields whose value no two documents of an installation share; an array of fields is unique as a combination. A write that breaks
   * it fails with `conflict` and names the fields. A document in which such a field is missing or null is not compared.
   */
  unique: z
    .array(z.union([FieldName, z.array(FieldName).min(2).max(4)]))
    .max(4)
    .default([]),
});
export type Collection = z.infer<typeof CollectionSchema>;

export const CollectionNameSchema = z.string().regex(/^[a-z][a-z0-9_-]{0,39}$/);
export const DocumentIdSchema = z.string().regex(/^[A-Za-z0-9_-]{1,64}$/);

/** A stored document as a module sees it. `author` and `mine` are stamped by the API and cannot be forged. */
export interface StoredDocument<Data = Record<string, unknown>> {
  readonly id: string;
  readonly version: number;
  readonly data: Data;
  readonly author: "visitor" | "member";
  readonly mine: boolean;
  /** The visitor who owns the document, as an opaque name. Members only. */
  readonly visitor?: string;
  readonly createdAt: string;
  readonly updatedAt: string;
}

const IndexedValueSchema = z.union([z.string().max(DOCUMENT_INDEX_LIMITS.textLength), z.number(), z.boolean()]);

/** One field of a filter: a value that it equals or, for an indexed field, conditions that all hold. */
const FieldFilterSchema = z.union([
  z.string(),
  z.number(),
  z.boolean(),
  z.null(),
  z
    .strictObject({
      gt: IndexedValueSchema.optional(),
      gte: IndexedValueSchema.optional(),
      lt: IndexedValueSchema.optional(),
      lte: IndexedValueSchema.optional(),
      in: z.array(IndexedValueSchema).max(DOCUMENT_INDEX_LIMITS.listLength).optional(),
      prefix: z.string().max(DOCUMENT_INDEX_LIMITS.textLength).optional(),
    })
    .refine((condition) => Object.values(condition).some((value) => value !== undefined), "name at least one of gt, gte, lt, lte, in and prefix"),
]);
export type FieldFilter = z.infer<typeof FieldFilterSchema>;

/**
 * `data` of GET /storage/:collection. Any field can be filtered by an equal value; conditions and sorting need a field that the
 * collection declares in `indexed`. Numbers and booleans sort before texts, texts by code point, documents without the field last.
 */
export const ListQuerySchema = z.strictObject({
  filter: z.record(FieldName, FieldFilterSchema).default({}),
  /** Members may narrow to one visitor's documents. */
  visitor: z.string().max(64).optional(),
  /** `createdAt` or an indexed field; with `-` in front, from the last to the first. */
  sort: z
    .string()
    .regex(/^-?[A-Za-z][A-Za-z0-9_]{0,39}$/)
    .default("createdAt"),
  limit: z.number().int().min(1).max(100).default(50),
  cursor: z.string().max(4_000).optional(),
});
export type ListQuery = z.infer<typeof ListQuerySchema>;

export interface DocumentPage<Data = Record<string, unknown>> {
  readonly items: readonly StoredDocument<Data>[];
  readonly next: string | null;
}

const DocumentDataSchema = z.record(z.string(), z.unknown());

/** `data` of POST /storage/:collection. An id that is in use gives `conflict`. */
export const CreateDocumentSchema = z.strictObject({
  id: DocumentIdSchema.optional(),
  data: DocumentDataSchema,
  /** Members may write on a visitor's behalf, so that the visitor can read it as its own. */
  visitor: z.string().max(64).optional(),
});

/** `data` of PATCH /storage/:collection/:id: merged over the stored fields; `ifMatch` is the version it was read at. */
export const UpdateDocumentSchema = z.strictObject({
  data: DocumentDataSchema,
  ifMatch: z.number().int().optional(),
});
