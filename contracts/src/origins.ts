/**
 * The one expression that every listed origin matches, as source for `RegExp`. Entries are origins (`https://shop.example`)
 * or one-label wildcards (`https://*.shop.example`); anything else, an empty entry too, matches nothing.
 */
export function originPattern(list: readonly string[]): string {
  return `^(?:${list.flatMap(patternOf).join("|") || "(?!)"})$`;
}

/** Whether a surface's list contains an origin, spelled as browsers send it. */
export const isListedOrigin = (origin: string, list: readonly string[]): boolean => new RegExp(originPattern(list)).test(origin);

/** An origin as its own canonical text, or `undefined` for anything that is not exactly an http(s) origin. */
function parseOrigin(text: string): URL | undefined {
  if (!URL.canParse(text)) return undefined;
  const url = new URL(text);
  const plain = (url.protocol === "https:" || url.protocol === "http:") && url.origin === text;
  return plain ? url : undefined;
}

function patternOf(entry: string): string[] {
  const wildcard = entry.includes("://*.");
  const listed = parseOrigin(wildcard ? entry.replace("://*.", "://") : entry);
  if (!listed) return [];
  const literal = listed.origin.replace(/[.[\]]/g, "\\$&");
  if (!wildcard) return [literal];
  const mayHaveNeighbours = listed.hostname.includes(".") || listed.hostname === "localhost";
  return mayHaveNeighbours ? [literal.replace("://", "://[a-z0-9_-]+\\.")] : [];
}
