/** For responses whose address changes with their content. */
export const IMMUTABLE = "public, max-age=31536000, immutable";

/** For plans and what holds them: a minute in browsers, long in a CDN, which is purged by surrogate key when a plan changes. */
export const PLAN_CACHE = {
  "cache-control": "public, max-age=60, stale-if-error=86400",
  "cdn-cache-control": "public, max-age=86400, stale-while-revalidate=60, stale-if-error=604800",
} as const;
