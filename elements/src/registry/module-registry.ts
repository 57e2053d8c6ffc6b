import type { Consent, InstallLevel, PlannedModule } from "@dramac/contracts";

/** A row of the plan with the module's level and settings. */
export interface RegisteredModule extends PlannedModule {
  readonly level: InstallLevel;
  /** Public settings; none until the module is ready. */
  readonly settings: Readonly<Record<string, unknown>>;
}

/** An immutable snapshot of a page's modules. Each change creates a new registry. */
export interface ModuleRegistry {
  /** False on a server, before the runtime has loaded, and after `dramac("destroy")`: the registry is then empty. */
  readonly isReady: boolean;
  /** One row for each installation and hook, in the plan's order. */
  readonly modules: readonly RegisteredModule[];
  readonly agencyModules: readonly RegisteredModule[];
  readonly clientModules: readonly RegisteredModule[];
  readonly siteModules: readonly RegisteredModule[];
  /** The visitor's consent. */
  readonly agreed: Consent;
  /** Whether an installation of the module may run. Hooks, paths and consent decide whether it is on this page. */
  isModuleEnabled(slug: string): boolean;
  getModule(slug: string): RegisteredModule | undefined;
  /** Public settings of a module, `{}` until it is ready. */
  getModuleSettings(slug: string): Readonly<Record<string, unknown>>;
  getModulesForHook(hook: string): readonly RegisteredModule[];
  /** The same snapshot, reduced to one level of installation. */
  at(level: InstallLevel): ModuleRegistry;
}

const NOTHING = Object.freeze({});

/** Creates a snapshot. */
export function createModuleRegistry(isReady: boolean, modules: readonly RegisteredModule[], agreed: Consent): ModuleRegistry {
  const of = (level: InstallLevel) => modules.filter((module) => module.level === level);
  const getModule = (slug: string) => modules.find((module) => module.slug === slug);
  return {
    isReady,
    modules,
    agencyModules: of("agency"),
    clientModules: of("client"),
    siteModules: of("site"),
    agreed,
    isModuleEnabled: (slug) => modules.some((module) => module.slug === slug && module.state === "active"),
    getModule,
    getModuleSettings: (slug) => getModule(slug)?.settings ?? NOTHING,
    getModulesForHook: (hook) => modules.filter((module) => module.hook === hook),
    at: (level) => createModuleRegistry(isReady, of(level), agreed),
  };
}

/** The registry on a server, and before the runtime has loaded. */
export const EMPTY_REGISTRY = createModuleRegistry(false, [], NOTHING);
