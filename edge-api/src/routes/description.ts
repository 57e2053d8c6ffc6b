import { Hono } from "hono";
import { docsPage } from "../description/docs-page.ts";
import type { Description } from "../description/openapi.ts";

/** It shows text and loads nothing. */
const POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** What this API can do, for programs and for people. */
export function descriptionRoutes(description: Description): Hono {
  const caching = { "cache-control": "public, max-age=300" };
  return new Hono()
    .get("/openapi.json", (context) => context.json(description, 200, { ...caching, "access-control-allow-origin": "*" }))
    .get("/docs", (context) => context.html(docsPage(description), 200, { ...caching, "content-security-policy": POLICY, "referrer-policy": "no-referrer" }));
}
