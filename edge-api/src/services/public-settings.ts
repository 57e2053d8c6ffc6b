import type { Manifest } from "@dramac/contracts";
import { isJsonObject, type JsonObject } from "./json-object.ts";

/** The defaults, overridden by the installation's own values. */
const mergedSettings = (manifest: Manifest, settings: JsonObject): JsonObject => ({ ...manifest.defaultSettings, ...settings });

/** Only the settings that the manifest declares public. Settings that are `writeOnly` are never public. */
export function publicSettings(manifest: Manifest, settings: JsonObject): JsonObject {
  const all = mergedSettings(manifest, settings);
  const visible: JsonObject = {};
  for (const pointer of manifest.publicSettings) {
    const path = pointer
      .slice(1)
      .split("/")
      .map((part) => part.replaceAll("~1", "/").replaceAll("~0", "~"));
    if (isWriteOnly(manifest.settingsSchema, path)) continue;
    const value = path.reduce<unknown>((at, part) => (isJsonObject(at) && Object.hasOwn(at, part) ? at[part] : undefined), all);
    if (value !== undefined) put(visible, path, value);
  }
  return visible;
}

function isWriteOnly(schema: JsonObject, path: readonly string[]): boolean {
  let at: unknown = schema;
  for (const part of path) {
    const properties = isJsonObject(at) ? at.properties : undefined;
    at = isJsonObject(properties) && Object.hasOwn(properties, part) ? properties[part] : undefined;
    if (isJsonObject(at) && at.writeOnly === true) return true;
  }
  return false;
}

function put(target: JsonObject, path: readonly string[], value: unknown): void {
  const [first, ...rest] = path;
  if (first === undefined || first === "__proto__") return;
  if (!rest.length) target[first] = value;
  else {
    const inner = isJsonObject(target[first]) ? target[first] : {};
    target[first] = inner;
    put(inner, rest, value);
  }
}
