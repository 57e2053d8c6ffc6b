/**
 * The segments that a pattern leaves open, when an endpoint fits it: `:name` stands for any one segment,
 * a last `*` for the rest.
 */
export function matchEndpoint(path: string, endpoint: string): string[] | undefined {
  const pattern = path.split("/");
  const segments = endpoint.split("/");
  const open = pattern.at(-1) === "*";
  if (open ? segments.length < pattern.length : segments.length !== pattern.length) return undefined;
  const parameters: string[] = [];
  for (const [place, part] of pattern.entries()) {
    const segment = segments[place] ?? "";
    if (part === "*") parameters.push(segments.slice(place).join("/"));
    else if (part.startsWith(":")) {
      if (!segment) return undefined;
      parameters.push(segment);
    } else if (part !== segment) return undefined;
  }
  return parameters;
}
