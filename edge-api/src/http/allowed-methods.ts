/** Knows the methods of each described path, so that a wrong method is answered with 405 instead of 404. */
export function createAllowedMethods(routes: readonly { readonly method: string; readonly path: string }[]) {
  const patterns = routes.map(({ method, path }) => ({
    method,
    pattern: new RegExp(`^${path.replaceAll(".", "\\.").replace(/\{\w+\}/g, "[^/]+")}$`),
  }));

  /** @returns the methods of a path that does not take this one; nothing for an unknown path */
  return function others(path: string, method: string): string[] {
    const taken = patterns.filter(({ pattern }) => pattern.test(path)).map((route) => route.method);
    return taken.includes(method === "HEAD" ? "GET" : method) ? [] : [...new Set(taken)];
  };
}
