/**
 * Source for a `RegExp` that matches method and endpoint of an operation, with a group for each open part of the path.
 * @param path the operation's path; `:name` matches one segment, a last `*` the rest
 */
export function endpointPattern(method: string, path: string): string {
  const open = path.replace(/[.]/g, "\\.").replace(/:\w+/g, "([^/]+)").replace(/\*$/, "([^]*)");
  return `^${method} ${open}$`;
}
