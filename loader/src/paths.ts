/**
 * Whether a path is admitted by any of the patterns; no patterns admit every path.
 * URLPattern where there is one, else the same subset by hand: `*` is any text, `:name` one segment.
 */
export function matchesPath(patterns: readonly string[], path: string): boolean {
  return !patterns.length || patterns.some((pattern) => matches(pattern, path));
}

function matches(pattern: string, path: string): boolean {
  try {
    return new URLPattern({ pathname: pattern }).test({ pathname: path });
  } catch {
    const source = pattern
      .replace(/[^\w*:]/g, "\\$&")
      .replace(/\*/g, ".*")
      .replace(/:\w+/g, "[^/]+");
    return new RegExp(`^${source}$`).test(path);
  }
}
