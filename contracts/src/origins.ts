/**
 * Whether an origin stands on a surface's list. Entries are origins (`https://shop.example`)
 * or one-label wildcards (`https://*.shop.example`); anything else, an empty entry too, matches nothing.
 */
export function isListedOrigin(origin: string, list: readonly string[]): boolean {
  const asked = parseOrigin(origin);
  return asked !== undefined && list.some((entry) => matches(asked, entry));
}

/** An origin as its own canonical text, or `undefined` for anything that is not exactly an http(s) origin. */
export function parseOrigin(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const plain = (url.protocol === "https:" || url.protocol === "http:") && url.origin === text;
  return plain ? url : undefined;
}

function matches(asked: URL, entry: string): boolean {
  const wildcard = entry.includes("://*.");
  const listed = parseOrigin(wildcard ? entry.replace("://*.", "://") : entry);
  if (!listed) return false;
  if (!wildcard) return listed.origin === asked.origin;
  if (!listed.hostname.includes(".") && listed.hostname !== "localhost") return false;
  const label = asked.hostname.slice(0, -(listed.hostname.length + 1));
  return (
    asked.protocol === listed.protocol && asked.port === listed.port && asked.hostname.endsWith(`.${listed.hostname}`) && label !== "" && !label.includes(".")
  );
}
