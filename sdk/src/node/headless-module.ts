import type { Method, ProxyResponse } from "@dramac/contracts";
import { type Collection, createCollection } from "../storage.ts";
import type { CallOptions } from "./client-options.ts";
import type { Transport } from "./transport.ts";

/** A collection of an installed module, for a program. It has no `subscribe`. */
export type HeadlessCollection<Data> = Omit<Collection<Data>, "subscribe">;

/** An installed module without a page. It has the brokered operations that the module's frame has, with the rights of the key. */
export interface HeadlessModule {
  /** The installation's id, a UUID. */
  readonly installation: string;
  /** Opens one of the manifest's collections. @throws RequestFailed with the first call: `unknown_collection`, `collection_denied` */
  storage<Data extends object = Record<string, unknown>>(collection: string): HeadlessCollection<Data>;
  /** Sends an e-mail template of the manifest. @throws RequestFailed `not_found`, `validation_failed`, `recipient_not_allowed`, `quota_exceeded` */
  email(template: string, fields: Readonly<Record<string, string>>, options?: CallOptions): Promise<void>;
  /** Reads the settings that the manifest lists in `publicSettings`. */
  settings(options?: CallOptions): Promise<Readonly<Record<string, unknown>>>;
  /** Calls any brokered operation. @throws RequestFailed `unknown_operation`, `permission_denied`, and the operation's own codes */
  request(method: Method, endpoint: string, data?: unknown, options?: CallOptions): Promise<unknown>;
}

const REPEATABLE: readonly Method[] = ["GET", "PUT", "DELETE"];

export function createHeadlessModule(installation: string, send: Transport): HeadlessModule {
  let last = 0;

  async function request(method: Method, endpoint: string, data?: unknown, options: CallOptions = {}): Promise<unknown> {
    const call = {
      method: "POST",
      path: `/api/modules/${encodeURIComponent(installation)}/proxy`,
      body: { requestId: last++, method, endpoint, ...(data !== undefined && { data }) },
      isRepeatable: REPEATABLE.includes(method),
    };
    return ((await send(call, options)) as ProxyResponse).data;
  }

  return {
    installation,
    storage<Data extends object>(name: string): HeadlessCollection<Data> {
      const { subscribe: _, ...collection } = createCollection<Data>(name, request, () => () => undefined);
      return collection;
    },
    email: async (template, fields, options) => {
      await request("POST", "/email", { template, fields }, options);
    },
    settings: (options) => request("GET", "/settings", undefined, options) as Promise<Readonly<Record<string, unknown>>>,
    request,
  };
}
