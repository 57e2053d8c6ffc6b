/** Request headers that a module may set: none that controls the connection, identifies the caller or comes from the visitor's browser. */
const SENT = new Set([
  "accept",
  "accept-language",
  "content-type",
  "idempotency-key",
  "if-match",
  "if-modified-since",
  "if-none-match",
  "if-unmodified-since",
  "prefer",
]);

/** Response headers that a module may read: no cookies, no challenges, nothing about the connection. */
const READ = new Set([
  "cache-control",
  "content-language",
  "content-type",
  "date",
  "etag",
  "expires",
  "last-modified",
  "link",
  "retry-after",
  "x-next-page",
  "x-page",
  "x-per-page",
  "x-ratelimit-limit",
  "x-ratelimit-remaining",
  "x-ratelimit-reset",
  "x-total-count",
  "x-total-pages",
]);

type Headers = Readonly<Record<string, string>>;

/** The headers of a module's call that are sent. A value that could begin another header is dropped. */
export function headersToSend(given: Headers): Record<string, string> {
  const named = Object.entries(given).map(([name, value]) => [name.toLowerCase(), value] as const);
  return Object.fromEntries(named.filter(([name, value]) => SENT.has(name) && /^[\x20-\x7e]*$/.test(value)));
}

/** The headers of a response that the module receives. */
export function headersToRead(given: Readonly<Record<string, string | string[] | undefined>>): Record<string, string> {
  return Object.fromEntries(Object.entries(given).flatMap(([name, value]) => (READ.has(name) && typeof value === "string" ? [[name, value]] : [])));
}
