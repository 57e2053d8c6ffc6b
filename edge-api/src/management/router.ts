import { Hono, type Context } from "hono";
import { z } from "zod";
import type { Database, Tx } from "../db/database.ts";
import { ApiError, parse } from "../http/api-error.ts";
import { networkOf } from "../http/client-network.ts";
import { createRateLimit } from "../http/rate-limit.ts";
import { readStrictJson } from "../http/strict-json.ts";
import { findKeyHolder } from "../services/api-keys.ts";
import { type Change, authorOf, type ClientInfo, writeAudit } from "../services/audit.ts";
import { type CsvFile, csvResponse } from "./csv.ts";
import { toJson } from "../services/to-json.ts";
import { type NdjsonFile, ndjsonResponse } from "./ndjson.ts";
import type { Actor, Operation } from "./operation.ts";
import { runInScope } from "./scope.ts";

const BODY_BYTES = 64 * 1024;
/** Calls in a minute. The rate of a network also counts callers without a valid key, who may be guessing keys. */
export const MANAGEMENT_RATES = { perKey: 1_200, perNetwork: 6_000 };
const NOTHING = z.strictObject({});

/**
 * Serves operations. Every call passes the same checks in the same order: rate of the network, key, rate of the key, size of the
 * body, tenant, role, query and body. Then it runs in one transaction with its audit rows, and its answer is checked against its schema.
 */
export function createManagementRouter(
  database: Database,
  operations: readonly Operation[],
  clientInfoOf: (context: Context) => ClientInfo,
  { rates = MANAGEMENT_RATES, clock = Date.now }: { readonly rates?: typeof MANAGEMENT_RATES | undefined; readonly clock?: () => number } = {},
): Hono {
  const perKey = createRateLimit(rates.perKey, 60);
  const perNetwork = createRateLimit(rates.perNetwork, 60);
  const app = new Hono();

  async function serve(operation: Operation, context: Context): Promise<Response> {
    const client = clientInfoOf(context);
    await perNetwork(networkOf(client.address));
    const actor = await authenticate(context);
    await perKey(actor.keyId);
    const ids = context.req.param() as Record<string, string>;
    // Read before a database connection is taken, which a slow sender would hold. Its errors are reported only after tenant and role.
    const read = operation.body
      ? await readStrictJson(context, BODY_BYTES).then(
          (json) => ({ json }),
          (error: unknown) => ({ error }),
        )
      : {};
    const inScope = (step: Step) =>
      runInScope(database, { operation, actor, ids }, async (tx, agencyId) => {
        const query = parse(operation.query ?? NOTHING, context.req.query());
        if ("error" in read) throw read.error;
        const body = operation.body && parse(operation.body, (read as { json?: unknown }).json);
        return run(operation, { actor, agencyId, ids, query, body, tx, now: new Date(clock()), ifMatch: context.req.header("if-match") }, client, step);
      });
    const { external } = operation;
    let answer = await inScope({ isLast: !external, work: operation.run });
    if (external) {
      const prepared = answer;
      const received = await external.send(prepared);
      answer = await inScope({ isLast: true, work: (call) => external.complete(call, prepared, received) });
    }
    // A key may be revoked, or a tenant suspended, while a long answer is read: each page checks again.
    if (operation.answers === "ndjson") {
      return ndjsonResponse(operation, answer as NdjsonFile, async (work) =>
        runInScope(database, { operation, actor: await authenticate(context), ids }, work),
      );
    }
    if (operation.answers === "csv") return csvResponse(operation, answer as CsvFile);
    const { revision } = answer as { revision?: number };
    return context.json(answer as object, operation.status ?? 200, { "cache-control": "no-store", ...(revision !== undefined && { etag: `"${revision}"` }) });
  }

  async function authenticate(context: Context): Promise<Actor> {
    const bearer = /^Bearer (\S+)$/.exec(context.req.header("authorization") ?? "")?.[1];
    if (!bearer) throw new ApiError("unauthorized", "Send Authorization: Bearer with a secret key.");
    return findKeyHolder(database, bearer);
  }

  for (const path of new Set(operations.map((operation) => operation.path))) {
    const served = operations.filter((operation) => operation.path === path);
    const pattern = path.replace(/\{(\w+)\}/g, ":$1");
    for (const operation of served) app.on(operation.method, pattern, (context) => serve(operation, context));
    const methods = served.map(({ method }) => method).join(", ");
    app.all(pattern, () => {
      throw new ApiError("method_not_allowed", `This path takes ${methods}.`, { headers: { allow: methods } });
    });
  }
  return app;
}

/** One of the transactions of an operation; the last one gives the answer. */
interface Step {
  readonly isLast: boolean;
  readonly work: Operation["run"];
}

async function run(
  operation: Operation,
  call: { actor: Actor; agencyId: string; ids: Record<string, string>; query: unknown; body: unknown; tx: Tx; now: Date; ifMatch: string | undefined },
  client: ClientInfo,
  { isLast, work }: Step,
): Promise<unknown> {
  const changes: Change[] = [];
  const result = await work({ ...call, client, record: (change: Change) => changes.push(change) } as never).catch((error: unknown) => {
    throw toApiError(operation, error);
  });
  if (isLast && operation.method !== "GET" && !operation.isReadOnly && !changes.length)
    throw new Error(`${operation.id} recorded no change for the audit log.`);
  for (const change of changes) {
    await writeAudit(call.tx, { action: operation.id, author: authorOf(call.actor), agencyId: call.agencyId, change, client });
  }
  return operation.answers || !isLast ? result : operation.answer.parse(toJson(result));
}

function toApiError({ constraints }: Operation, error: unknown): unknown {
  const { constraint_name: name } = (error ?? {}) as { constraint_name?: string };
  const known = name === undefined ? undefined : constraints?.[name];
  return known ? new ApiError(...known) : error;
}
