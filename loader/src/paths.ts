/** Whether one of the patterns matches the path. An empty list matches every path. */
export function matchesPath(patterns: readonly string[], path: string): boolean {
  return !patterns.length || patterns.some((pattern) => matches(pattern, path));
}

/**
 * Uses URLPattern. Firefox before 142 and Safari before 26 have none: a regular expression then covers the subset that
 * plans use, where `*` is any text and `:name` is one segment.
 * https://urlpattern.spec.whatwg.org/, https://bugzilla.mozilla.org/show_bug.cgi?id=1731418
 */
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
