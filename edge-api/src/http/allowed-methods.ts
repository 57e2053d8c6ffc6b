/** Which methods the described paths take, so that a path asked for by another one is not called missing. */
export function createAllowedMethods(routes: readonly { readonly method: string; readonly path: string }[]) {
  const patterns = routes.map(({ method, path }) => ({
    method,
    pattern: new RegExp(`^${path.replaceAll(".", "\\.").replace(/\{\w+\}/g, "[^/]+")}$`),
  }));

  /** @returns the methods of a path that this one is not among; nothing for a path that is not there */
  return function others(path: string, method: string): string[] {
    const taken = patterns.filter(({ pattern }) => pattern.test(path)).map((route) => route.method);
    return taken.includes(method === "HEAD" ? "GET" : method) ? [] : [...new Set(taken)];
  };
}
