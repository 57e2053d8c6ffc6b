type Values = Readonly<Record<string, unknown>>;

/** A path with its names filled in, each as one segment. @throws TypeError for a value that is none */
export function fillPath(id: string, path: string, values: Values = {}): string {
  return path.replace(/\{(\w+)\}/g, (_, name: string) => {
    const value = Object.hasOwn(values, name) ? values[name] : undefined;
    // Two dots would lead to another operation.
    if (typeof value !== "string" || /^\.{0,2}$/.test(value)) throw new TypeError(`${id} needs path.${name}, a text that is one segment of a path`);
    return encodeURIComponent(value);
  });
}

/** A query of what was given; what is undefined was not. */
export function writeQuery(values: Values = {}): string {
  const given = Object.entries(values).flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]]));
  return given.length ? `?${new URLSearchParams(given)}` : "";
}
