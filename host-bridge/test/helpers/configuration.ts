import type { InitialFacts, PageContext } from "@dramac/contracts";
import type { ShellContext } from "../../src/shell-context.ts";
import { LIMITS, type Limits } from "@dramac/contracts/limits";

const INIT = {
  installation: "00000000-0000-4000-8000-000000000001",
  module: { slug: "shop", version: "1.0.0" },
  settings: {},
  context: {},
  permissions: [],
  currency: "EUR",
} as unknown as InitialFacts;

/** A small context of a shell. */
export function createContext(limits: Partial<Limits> = {}, overrides: Partial<ShellContext> = {}): ShellContext {
  return {
    platform: location.origin,
    name: "Shop",
    surface: "surface-1",
    page: {} as PageContext,
    init: { ...INIT, limits: { ...LIMITS, ...limits } } as InitialFacts,
    operations: [],
    topics: { sends: [], hears: [] },
    siblings: "^http://i[0-9a-z]+\\.frames\\.localhost(:\\d+)?$",
    origins: ".",
    srcdoc: "",
    origin: "https://host.example",
    isCached: false,
    isPlain: false,
    signal: new AbortController().signal,
    ...overrides,
  };
}
