import type { Method, ProxyResponse } from "@dramac/contracts";
import { type Collection, createCollection } from "../storage.ts";
import type { CallOptions } from "./client-options.ts";
import type { Transport } from "./transport.ts";

/** A collection of an installed module, in the hands of a program. */
export type HeadlessCollection<Data> = Omit<Collection<Data>, "subscribe">;

/** An installed module without a face: the same brokered operations that its frame has, with the rights of the key. */
export interface HeadlessModule {
  readonly installation: string;
  /** One of the collections that the manifest declares. @throws CallFailed `unknown_collection`, `collection_denied` with the first call */
  storage<Data extends object = Record<string, unknown>>(collection: string): HeadlessCollection<Data>;
  /** Sends one of the manifest's templates. */
  email(template: string, fields: Readonly<Record<string, string>>, options?: CallOptions): Promise<void>;
  /** The settings that the manifest calls public. */
  settings(options?: CallOptions): Promise<Readonly<Record<string, unknown>>>;
  /** Any other brokered operation. @throws CallFailed `unknown_operation`, `permission_denied` */
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
