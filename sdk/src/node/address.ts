type Values = Readonly<Record<string, unknown>>;

/** Fills in the names of a path, each as one segment. @throws TypeError for a value that is not one segment */
export function fillPath(id: string, path: string, values: Values = {}): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    // A path with `..` would lead to another operation.
    if (typeof value !== "string" || /^\.{0,2}$/.test(value)) throw new TypeError(`${id} needs path.${name}, a string that is one segment of a path`);
    return encodeURIComponent(value);
  });
}

/** Writes a query string. It leaves out values that are undefined. */
export function writeQuery(values: Values = {}): string {
  const given = Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return given.length ? `?${new URLSearchParams(given)}` : "";
}
