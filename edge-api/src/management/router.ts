import { Hono, type Context } from "hono";
import { z } from "zod";
import type { Database, Tx } from "../db/database.ts";
import { ApiError, parse } from "../http/api-error.ts";
import { networkOf } from "../http/client-network.ts";
import { createRateLimit } from "../http/limits.ts";
import { readStrictJson } from "../http/strict-json.ts";
import { findKeyHolder } from "../services/api-keys.ts";
import { type Change, authorOf, type ClientInfo, writeAudit } from "../services/audit.ts";
import { type CsvFile, csvResponse } from "./csv.ts";
import { toJson } from "../services/json.ts";
import { type Lines, linesResponse } from "./lines.ts";
import type { Actor, Operation } from "./operation.ts";
import { runInScope } from "./scope.ts";

const BODY_BYTES = 64 * 1024;
/** Calls a minute. A network's are also of those who hold no key and guess. */
export const MANAGEMENT_RATES = { perKey: 1_200, perNetwork: 6_000 };
const NOTHING = z.strictObject({});

/**
 * Serves operations. Every call passes the same doors in the same order: key, rate, tenant, role, query and body;
 * then it runs with its audit rows in one transaction, and what it answers is held against its schema.
 */
export function createManagementRouter(
  database: Database,
  operations: readonly Operation[],
  originOf: (context: Context) => ClientInfo,
  { rates = MANAGEMENT_RATES, clock = Date.now }: { readonly rates?: typeof MANAGEMENT_RATES | undefined; readonly clock?: () => number } = {},
): Hono {
  const perKey = createRateLimit(rates.perKey, 60);
  const perNetwork = createRateLimit(rates.perNetwork, 60);
  const app = new Hono();

  async function serve(operation: Operation, context: Context): Promise<Response> {
    const origin = originOf(context);
    await perNetwork(networkOf(origin.address));
    const actor = await authenticate(context);
    await perKey(actor.keyId);
    const ids = context.req.param() as Record<string, string>;
    // Read before a connection is taken, which a slow sender would keep; found wrong only after the doors in front.
    const read = operation.body
      ? await readStrictJson(context, BODY_BYTES).then(
          (json) => ({ json }),
          (fault: unknown) => ({ fault }),
        )
      : {};
    const inScope = (step: Step) =>
      runInScope(database, operation, actor, ids, async (tx, agencyId) => {
        const query = parse(operation.query ?? NOTHING, context.req.query());
        if ("fault" in read) throw read.fault;
        const body = operation.body && parse(operation.body, (read as { json?: unknown }).json);
        return run(operation, { actor, agencyId, ids, query, body, tx, now: new Date(clock()), ifMatch: context.req.header("if-match") }, origin, step);
      });
    const { outside } = operation;
    let answer = await inScope({ isLast: !outside, work: operation.run });
    if (outside) {
      const prepared = answer;
      const asked = await outside.ask(prepared);
      answer = await inScope({ isLast: true, work: (call) => outside.settle(call, prepared, asked) });
    }
    // A key may be revoked, and a tenant's doors may close, while a long answer is read: each page asks anew.
    if (operation.answers === "lines") {
      return linesResponse(operation, answer as Lines, async (work) => runInScope(database, operation, await authenticate(context), ids, work));
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
      throw new ApiError("method_not_allowed", `Here are ${methods}.`, { headers: { allow: methods } });
    });
  }
  return app;
}

/** One of an operation's transactions; only the last one answers. */
interface Step {
  readonly isLast: boolean;
  readonly work: Operation["run"];
}

async function run(
  operation: Operation,
  call: { actor: Actor; agencyId: string; ids: Record<string, string>; query: unknown; body: unknown; tx: Tx; now: Date; ifMatch: string | undefined },
  origin: ClientInfo,
  { isLast, work }: Step,
): Promise<unknown> {
  const changes: Change[] = [];
  const result = await work({ ...call, origin, record: (change: Change) => changes.push(change) } as never).catch((fault: unknown) => {
    throw asRefusal(operation, fault);
  });
  if (isLast && operation.method !== "GET" && !operation.changesNothing && !changes.length)
    throw new Error(`${operation.id} changed something and recorded nothing.`);
  for (const change of changes) await writeAudit(call.tx, operation.id, authorOf(call.actor), call.agencyId, change, origin);
  return operation.answers || !isLast ? result : operation.answer.parse(toJson(result));
}

function asRefusal({ constraints }: Operation, fault: unknown): unknown {
  const { constraint_name: name } = (fault ?? {}) as { constraint_name?: string };
  const known = name === undefined ? undefined : constraints?.[name];
  return known ? new ApiError(...known) : fault;
}
