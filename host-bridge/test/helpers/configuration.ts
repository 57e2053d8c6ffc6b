import type { InitialFacts, PageContext, ShellConfiguration } from "@dramac/contracts";
import { LIMITS, type Limits } from "@dramac/contracts/limits";

const INIT = {
  installation: "00000000-0000-4000-8000-000000000001",
  module: { slug: "shop", version: "1.0.0" },
  settings: {},
  context: {},
  permissions: [],
  currency: "EUR",
} as unknown as InitialFacts;

/** What a frame document carries, in short. */
export function configure(limits: Partial<Limits> = {}, over: Partial<ShellConfiguration> = {}): ShellConfiguration {
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
    ...over,
  };
}
