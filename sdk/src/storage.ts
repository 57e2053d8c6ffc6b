import type { DocumentPage, ListQuery, Method, StoredDocument } from "@dramac/contracts";
import type { RequestOptions } from "./requests.ts";

/** What happened to a document; read the document to see its new state. */
export interface DocumentChange {
  readonly id: string;
  readonly op: "insert" | "update" | "delete";
}

/**
 * One collection of the module's storage, as its manifest declares it. Every method needs `access:storage`, and the collection's
 * rules decide which of them a visitor or a member may use.
 *
 * All of them fail with `RequestFailed`: besides the codes below with `unknown_collection`, `collection_denied`, and the codes
 * that every call can have. A document has at most 65,536 bytes as JSON; an installation stores 50 MiB, one visitor 1 MiB.
 */
export interface Collection<Data> {
  /**
   * Lists documents, one page at a time. `next` is the cursor of the following page, or `null` after the last one.
   * @throws RequestFailed `validation_failed`, `bad_request` for a cursor of another sort order
   */
  list(query?: Partial<ListQuery>, options?: RequestOptions): Promise<DocumentPage<Data>>;
  /** @throws RequestFailed `not_found` */
  get(id: string, options?: RequestOptions): Promise<StoredDocument<Data>>;
  /**
   * Stores a document. With an `id` of your own, sending it again cannot store it twice: the second call fails with `conflict`.
   * @param document `id`: 1 to 64 letters, digits, `_` and `-`; `visitor`: on whose behalf a member writes
   * @throws RequestFailed `conflict`, `validation_failed`, `payload_too_large`, `quota_exceeded`
   */
  create(data: Data, document?: { id?: string; visitor?: string }, options?: RequestOptions): Promise<StoredDocument<Data>>;
  /**
   * Merges fields into the stored ones.
   * @param ifMatch the version that you have read: the call fails with `precondition_failed` when the document has another one by now
   * @throws RequestFailed `not_found`, `precondition_failed`, `conflict`, `validation_failed`, `payload_too_large`, `quota_exceeded`
   */
  update(id: string, data: Partial<Data>, ifMatch?: number, options?: RequestOptions): Promise<StoredDocument<Data>>;
  /** Deletes a document. @throws RequestFailed `not_found` */
  remove(id: string, options?: RequestOptions): Promise<void>;
  /**
   * Calls back for every change of a document that this visitor or member may read. Without `access:storage` it never calls back,
   * and `permission_denied` is written to the console.
   * @returns a function that removes the listener; calling it twice is harmless
   */
  subscribe(onChange: (change: DocumentChange) => void): () => void;
}

type Request = (method: Method, endpoint: string, data?: unknown, options?: RequestOptions) => Promise<unknown>;
type Subscribe = (collection: string, onChange: (change: DocumentChange) => void) => () => void;

export function createCollection<Data>(name: string, request: Request, subscribe: Subscribe): Collection<Data> {
  const endpointOf = (id?: string) => `/storage/${name}${id === undefined ? "" : `/${encodeURIComponent(id)}`}`;
  return {
    list: (query = {}, options) => request("GET", endpointOf(), query, options) as Promise<DocumentPage<Data>>,
    get: (id, options) => request("GET", endpointOf(id), undefined, options) as Promise<StoredDocument<Data>>,
    create: (data, document = {}, options) => request("POST", endpointOf(), { ...document, data }, options) as Promise<StoredDocument<Data>>,
    update: (id, data, ifMatch, options) => request("PATCH", endpointOf(id), { data, ifMatch }, options) as Promise<StoredDocument<Data>>,
    remove: async (id, options) => {
      await request("DELETE", endpointOf(id), undefined, options);
    },
    subscribe: (onChange) => subscribe(name, onChange),
  };
}
