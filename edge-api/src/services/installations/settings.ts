import type { Manifest } from "@dramac/contracts";
import { LRUCache } from "lru-cache";
import { ApiError } from "../../http/api-error.ts";
import { compileSchema, type CompiledSchema } from "../bounded-schema.ts";

type Json = Record<string, unknown>;

/** All settings of one installation together: they are part of every plan that it stands in. */
const MAX_CHARACTERS = 32_768;

/** By the schema's text, for a manifest is read anew with each call. */
const compiled = new LRUCache<string, CompiledSchema>({ max: 500 });

/**
 * Holds settings against the manifest's schema, as the module will see them: its defaults with these over them.
 * @throws ApiError `validation_failed` with every fault and its path, `payload_too_large`
 */
export function checkSettings({ settingsSchema, defaultSettings }: Manifest, settings: Json): void {
  if (JSON.stringify(settings).length > MAX_CHARACTERS)
    throw new ApiError("payload_too_large", `All settings together hold at most ${MAX_CHARACTERS} characters.`);
  const faults = Object.keys(settingsSchema).length
    ? compile(settingsSchema).findIssues({ ...defaultSettings, ...settings })
    : Object.keys(settings).map((name) => ({ path: `/${name}`, message: "this module has no settings" }));
  if (faults.length) throw new ApiError("validation_failed", `The settings break their schema; first at ${faults[0]?.path}: ${faults[0]?.message}`, { faults });
}

function compile(schema: Json): CompiledSchema {
  const text = JSON.stringify(schema);
  const known = compiled.get(text) ?? compileSchema(schema);
  compiled.set(text, known);
  return known;
}

/** What is set after a change: `null` takes a setting back to its default. */
export const mergeSettings = (before: Json, change: Json): Json =>
  Object.fromEntries(Object.entries({ ...before, ...change }).filter(([, value]) => value !== null));
