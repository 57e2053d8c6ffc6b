import type { DocumentPage, ListQuery, Method, StoredDocument } from "@dramac/contracts";
import type { RequestOptions } from "./requests.ts";

/** One collection of the module's storage, as its manifest declares it. */
export interface Collection<Data> {
  list(query?: Partial<ListQuery>, options?: RequestOptions): Promise<DocumentPage<Data>>;
  get(id: string, options?: RequestOptions): Promise<StoredDocument<Data>>;
  /** With an id of your own, a second create with it fails with `conflict`. */
  create(data: Data, document?: { id?: string; visitor?: string }, options?: RequestOptions): Promise<StoredDocument<Data>>;
  /** Merges fields over the stored ones; with `ifMatch` only when the version is still the one that was read. */
  update(id: string, data: Partial<Data>, ifMatch?: number, options?: RequestOptions): Promise<StoredDocument<Data>>;
  remove(id: string, options?: RequestOptions): Promise<void>;
  /** Calls back with the id of every document that changed and that this principal may read. Returns its undo. */
  subscribe(onChange: (change: { id: string; op: "insert" | "update" | "delete" }) => void): () => void;
}

type Request = (method: Method, endpoint: string, data?: unknown, options?: RequestOptions) => Promise<unknown>;
type Subscribe = (collection: string, onChange: (change: { id: string; op: "insert" | "update" | "delete" }) => void) => () => void;

export function createCollection<Data>(name: string, request: Request, subscribe: Subscribe): Collection<Data> {
  const at = (id?: string) => `/storage/${name}${id === undefined ? "" : `/${encodeURIComponent(id)}`}`;
  return {
    list: (query = {}, options) => request("GET", at(), query, options) as Promise<DocumentPage<Data>>,
    get: (id, options) => request("GET", at(id), undefined, options) as Promise<StoredDocument<Data>>,
    create: (data, document = {}, options) => request("POST", at(), { ...document, data }, options) as Promise<StoredDocument<Data>>,
    update: (id, data, ifMatch, options) => request("PATCH", at(id), { data, ifMatch }, options) as Promise<StoredDocument<Data>>,
    remove: async (id, options) => {
      await request("DELETE", at(id), undefined, options);
    },
    subscribe: (onChange) => subscribe(name, onChange),
  };
}
