import { Hono } from "hono";
import type { Database } from "../db/database.ts";

/** Liveness and readiness of this node, for load balancers. */
export function healthRoutes(database: Pick<Database, "ping">, isDraining: () => boolean): Hono {
  return new Hono()
    .get("/livez", (context) => context.text("ok\n"))
    .get("/readyz", async (context) => {
      if (isDraining()) return context.text("draining\n", 503);
      return database.ping().then(
        () => context.text("ready\n"),
        () => context.text("the database does not answer\n", 503),
      );
    });
}
