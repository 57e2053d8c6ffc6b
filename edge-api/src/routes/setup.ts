import { type Context, Hono } from "hono";
import { SetupSchema } from "@dramac/contracts";
import type { Database } from "../db/database.ts";
import { parse } from "../http/api-error.ts";
import { networkOf } from "../http/client-network.ts";
import { createRateLimit } from "../http/limits.ts";
import { readStrictJson } from "../http/strict-json.ts";
import type { ClientInfo } from "../services/audit.ts";
import { redeemSetupToken } from "../management/setup.ts";

/** The one call that needs no key: it makes the first super admin with the token that the first start printed. */
export function setupRoutes(database: Database, originOf: (context: Context) => ClientInfo): Hono {
  const limit = createRateLimit(10, 60);
  return new Hono().post("/api/setup", async (context) => {
    const origin = originOf(context);
    await limit(networkOf(origin.address));
    const request = parse(SetupSchema, await readStrictJson(context, 4_096));
    return context.json(await redeemSetupToken(database, request, origin), 201, { "cache-control": "no-store" });
  });
}
