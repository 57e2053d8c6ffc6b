import type { Manifest } from "@dramac/contracts";
import { ApiError } from "../../http/api-error.ts";
import { compileSchema, type CompiledSchema } from "../../services/bounded-schema.ts";

type Json = Record<string, unknown>;

const compiled = new WeakMap<object, CompiledSchema>();

/**
 * Holds settings against the manifest's schema, as the module will see them: its defaults with these over them.
 * @throws ApiError `validation_failed` with every fault and its path
 */
export function checkSettings({ settingsSchema, defaultSettings }: Manifest, settings: Json): void {
  const unknown = Object.keys(settingsSchema).length ? [] : Object.keys(settings);
  const known = compiled.get(settingsSchema) ?? compileSchema(settingsSchema);
  compiled.set(settingsSchema, known);
  const faults = unknown.length
    ? unknown.map((name) => ({ path: `/${name}`, message: "this module has no settings" }))
    : known.findFaults({ ...defaultSettings, ...settings });
  if (faults.length) throw new ApiError("validation_failed", `The settings break their schema; first at ${faults[0]?.path}: ${faults[0]?.message}`, { faults });
}

/** What is set after a change: `null` takes a setting back to its default. */
export const mergeSettings = (before: Json, change: Json): Json =>
  Object.fromEntries(Object.entries({ ...before, ...change }).filter(([, value]) => value !== null));
