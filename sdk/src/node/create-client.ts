import { fillPath, writeQuery } from "./address.ts";
import type { ClientOptions } from "./client-options.ts";
import { OPERATIONS } from "./generated/operations.ts";
import { createHeadlessModule, type HeadlessModule } from "./headless-module.ts";
import type { Answer, Given, GivenTo, Item, ListId, OperationId } from "./operation-types.ts";
import { createTransport } from "./transport.ts";

/** Calls the management API and installed modules, with a secret key. */
export interface Client {
  /**
   * Calls one operation, by its `operationId` in `/openapi.json`.
   *
   * `GET`, `PUT` and `DELETE` are tried again when the platform is busy or cannot be reached. Other methods, and calls with
   * `ifMatch`, are sent once, because a second try could have a second effect.
   * @throws RequestFailed for every refusal; TypeError for a path value that is not one segment
   * @example const client = await api.call("client.create", { path: { agencyId }, body: { name: "Harbour Bakery" } });
   */
  call<Id extends OperationId>(id: Id, ...given: GivenTo<Id>): Promise<Answer<Id>>;
  /**
   * Yields every item of a list. It loads the next page only when it is needed.
   * @throws RequestFailed when a page is refused
   * @example for await (const site of api.list("site.list", { path: { clientId } })) console.log(site.name);
   */
  list<Id extends ListId>(id: Id, ...given: GivenTo<Id>): AsyncGenerator<Item<Id>, void>;
  /** Opens an installed module by its installation id. Sends nothing. */
  module(installation: string): HeadlessModule;
}

/** The parts that the call of any operation can have. */
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
 * Creates a client. It keeps no connection open and needs no closing.
 * @throws TypeError for a malformed address or key
 * @example const api = createClient({ platform: "https://connect.example", key: process.env.DRAMAC_KEY ?? "" });
 */
export function createClient(options: ClientOptions): Client {
  const send = createTransport(options);

  async function call<Id extends OperationId>(id: Id, ...[given]: GivenTo<Id>): Promise<Answer<Id>> {
    if (!Object.hasOwn(OPERATIONS, id)) throw new TypeError(`There is no operation ${id}. The platform lists them at /docs.`);
    const [method, path, hasBody] = OPERATIONS[id];
    const { path: values, query, body = {}, ifMatch, signal, timeoutMs } = (given ?? {}) as AnyGiven;
    const sent = {
      method,
      path: fillPath(id, path, values) + writeQuery(query),
      ...(hasBody && { body }),
      ...(ifMatch !== undefined && { ifMatch: typeof ifMatch === "number" ? `"${ifMatch}"` : ifMatch }),
      // The first try may have raised the revision, which a second try would then not match.
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
