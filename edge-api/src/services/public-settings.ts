import type { Manifest } from "@dramac/contracts";

type Json = Record<string, unknown>;

/** Defaults with the installation's own values over them. */
const mergedSettings = (manifest: Manifest, settings: Json): Json => ({ ...manifest.defaultSettings, ...settings });

/** The settings that the manifest lets into a browser, and nothing else; `writeOnly` ones never. */
export function publicSettings(manifest: Manifest, settings: Json): Json {
  const all = mergedSettings(manifest, settings);
  const visible: Json = {};
  for (const pointer of manifest.publicSettings) {
    const path = pointer
      .slice(1)
      .split("/")
      .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
    if (isWriteOnly(manifest.settingsSchema, path)) continue;
    const value = path.reduce<unknown>((at, part) => (isObject(at) && Object.hasOwn(at, part) ? at[part] : undefined), all);
    if (value !== undefined) put(visible, path, value);
  }
  return visible;
}

function isWriteOnly(schema: Json, path: readonly string[]): boolean {
  let at: unknown = schema;
  for (const part of path) {
    const properties = isObject(at) ? at.properties : undefined;
    at = isObject(properties) && Object.hasOwn(properties, part) ? properties[part] : undefined;
    if (isObject(at) && at.writeOnly === true) return true;
  }
  return false;
}

function put(target: Json, path: readonly string[], value: unknown): void {
  const [first, ...rest] = path;
  if (first === undefined || first === "__proto__") return;
  if (!rest.length) target[first] = value;
  else {
    const inner = isObject(target[first]) ? target[first] : {};
    target[first] = inner;
    put(inner, rest, value);
  }
}

const isObject = (value: unknown): value is Json => typeof value === "object" && value !== null && !Array.isArray(value);
