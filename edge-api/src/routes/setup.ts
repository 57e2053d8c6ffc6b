import { type Context, Hono } from "hono";
import { SetupSchema } from "@dramac/contracts";
import type { Database } from "../db/database.ts";
import { parse } from "../http/api-error.ts";
import { networkOf } from "../http/client-network.ts";
import { createRateLimit } from "../http/rate-limit.ts";
import { readStrictJson } from "../http/strict-json.ts";
import type { ClientInfo } from "../services/audit.ts";
import { redeemSetupToken } from "../management/setup.ts";

/** The one call that needs no key: it creates the first super admin, with the token that the first start printed. */
export function setupRoutes(database: Database, clientInfoOf: (context: Context) => ClientInfo): Hono {
  const limit = createRateLimit(10, 60);
  return new Hono().post("/api/setup", async (context) => {
    const client = clientInfoOf(context);
    await limit(networkOf(client.address));
    const request = parse(SetupSchema, await readStrictJson(context, 4_096));
    return context.json(await redeemSetupToken(database, request, client), 201, { "cache-control": "no-store" });
  });
}
