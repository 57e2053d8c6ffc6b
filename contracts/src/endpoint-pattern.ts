/**
 * What every endpoint of an operation matches, its method before it, as source for `RegExp`; a group for each part that is left open.
 * @param path the operation's path; `:name` stands for any one segment, a last `*` for the rest
 */
export function endpointPattern(method: string, path: string): string {
  const open = path.replace(/[.]/g, "\\.").replace(/:\w+/g, "([^/]+)").replace(/\*$/, "([^]*)");
  return `^${method} ${open}$`;
}
