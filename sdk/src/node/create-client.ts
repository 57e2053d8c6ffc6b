import { fillPath, writeQuery } from "./address.ts";
import type { ClientOptions } from "./client-options.ts";
import { OPERATIONS } from "./generated/operations.ts";
import { createHeadlessModule, type HeadlessModule } from "./headless-module.ts";
import type { Answer, Given, GivenTo, Item, ListId, OperationId } from "./operation-types.ts";
import { createTransport } from "./transport.ts";

/** The management API and the installed modules, for a program with a secret key. */
export interface Client {
  /**
   * Calls one operation, by the name it has in `/openapi.json`.
   *
   * Reads, replacements and deletions are tried again when the platform is busy or cannot be reached; what might then happen
   * twice is not. @throws CallFailed for every refusal
   * @example const client = await api.call("client.create", { path: { agencyId }, body: { name: "Harbour Bakery" } });
   */
  call<Id extends OperationId>(id: Id, ...given: GivenTo<Id>): Promise<Answer<Id>>;
  /**
   * Every item of a list, page after page; the next page is asked for when it is needed.
   * @example for await (const site of api.list("site.list", { path: { clientId } })) console.log(site.name);
   */
  list<Id extends ListId>(id: Id, ...given: GivenTo<Id>): AsyncGenerator<Item<Id>, void>;
  /** An installed module without a face. */
  module(installation: string): HeadlessModule;
}

/** What a call may hold, whatever the operation. */
interface AnyGiven {
  readonly path?: Readonly<Record<string, unknown>>;
  readonly query?: Readonly<Record<string, unknown>>;
  readonly body?: unknown;
  readonly ifMatch?: number | string;
  readonly signal?: AbortSignal;
  readonly timeoutMs?: number;
}

const REPEATABLE = new Set(["GET", "PUT", "DELETE"]);

/**
 * Makes a client. It holds no connection and needs no closing.
 * @example const api = createClient({ platform: "https://connect.example", key: process.env.DRAMAC_KEY ?? "" });
 */
export function createClient(options: ClientOptions): Client {
  const send = createTransport(options);

  async function call<Id extends OperationId>(id: Id, ...[given]: GivenTo<Id>): Promise<Answer<Id>> {
    if (!Object.hasOwn(OPERATIONS, id)) throw new TypeError(`There is no operation ${id}: /docs on the platform lists them`);
    const [method, path, hasBody] = OPERATIONS[id];
    const { path: values, query, body = {}, ifMatch, signal, timeoutMs } = (given ?? {}) as AnyGiven;
    const sent = {
      method,
      path: fillPath(id, path, values) + writeQuery(query),
      ...(hasBody && { body }),
      ...(ifMatch !== undefined && { ifMatch: typeof ifMatch === "number" ? `"${ifMatch}"` : ifMatch }),
      // A second try would meet the revision that the first has made.
      isRepeatable: REPEATABLE.has(method) && ifMatch === undefined,
    };
    return (await send(sent, { signal, timeoutMs })) as Answer<Id>;
  }

  async function* list<Id extends ListId>(id: Id, ...[given]: GivenTo<Id>): AsyncGenerator<Item<Id>, void> {
    const { query, ...rest } = (given ?? {}) as AnyGiven;
    let cursor = query?.cursor;
    do {
      const asked = { ...rest, query: { ...query, cursor } } as unknown as Given<Id>;
      const page = (await call(id, ...([asked] as unknown as GivenTo<Id>))) as { readonly items: readonly Item<Id>[]; readonly next: string | null };
      yield* page.items;
      cursor = page.next ?? undefined;
    } while (cursor !== undefined);
  }

  return { call, list, module: (installation) => createHeadlessModule(installation, send) };
}
