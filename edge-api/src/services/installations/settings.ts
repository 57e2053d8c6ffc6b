import type { Manifest } from "@dramac/contracts";
import { LRUCache } from "lru-cache";
import { ApiError } from "../../http/api-error.ts";
import { compileSchema, type CompiledSchema } from "../bounded-schema.ts";

type Json = Record<string, unknown>;

/** For all settings of one installation together, because every plan of the installation contains them. */
const MAX_CHARACTERS = 32_768;

/** By the schema's text, because each call reads the manifest again. */
const compiled = new LRUCache<string, CompiledSchema>({ max: 500 });

/**
 * Validates settings by the manifest's schema in the form that the module will see: its defaults, overridden by these settings.
 * @throws ApiError `validation_failed` with every issue and its path, `payload_too_large`
 */
export function checkSettings({ settingsSchema, defaultSettings }: Manifest, settings: Json): void {
  if (JSON.stringify(settings).length > MAX_CHARACTERS)
    throw new ApiError("payload_too_large", `All settings together hold at most ${MAX_CHARACTERS} characters.`);
  const issues = Object.keys(settingsSchema).length
    ? compile(settingsSchema).findIssues({ ...defaultSettings, ...settings })
    : Object.keys(settings).map((name) => ({ path: `/${name}`, message: "this module has no settings" }));
  if (issues.length)
    throw new ApiError("validation_failed", `The settings break their schema; first at ${issues[0]?.path}: ${issues[0]?.message}`, { faults: issues });
}

function compile(schema: Json): CompiledSchema {
  const text = JSON.stringify(schema);
  const known = compiled.get(text) ?? compileSchema(schema);
  compiled.set(text, known);
  return known;
}

/** The settings after a change: `null` resets a setting to its default. */
export const mergeSettings = (before: Json, change: Json): Json =>
  Object.fromEntries(Object.entries({ ...before, ...change }).filter(([, value]) => value !== null));
