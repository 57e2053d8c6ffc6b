import { Hono } from "hono";
import { DOCS_POLICY, docsPage } from "../description/docs-page.ts";
import type { Description } from "../description/openapi.ts";

/** The description of the API, for programs and for people. */
export function descriptionRoutes(description: Description): Hono {
  const caching = { "cache-control": "public, max-age=300" };
  return new Hono()
    .get("/openapi.json", (context) => context.json(description, 200, { ...caching, "access-control-allow-origin": "*" }))
    .get("/docs", (context) =>
      context.html(docsPage(description), 200, { ...caching, "content-security-policy": DOCS_POLICY, "referrer-policy": "no-referrer" }),
    );
}
