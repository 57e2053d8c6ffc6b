import type { InstallLevel } from "@dramac/contracts";
import { EMPTY_REGISTRY, type ModuleRegistry, pageModules, type RegisteredModule } from "@dramac/elements/registry";
import { useMemo, useSyncExternalStore } from "react";

const onServer = () => EMPTY_REGISTRY;

/**
 * The page's modules. The component renders again when plan, consent, states or settings change.
 *
 * On the server and while hydrating the registry is empty and `isReady` is false, so that both render the same.
 * @param level only modules that were installed on an `agency`, a `client` or a `site`
 * @example const { siteModules, isModuleEnabled } = useModules();
 */
export function useModules(level?: InstallLevel): ModuleRegistry {
  const whole = useSyncExternalStore(pageModules.subscribe, pageModules.current, onServer);
  return useMemo(() => (level ? whole.at(level) : whole), [whole, level]);
}

/** The result of `useModule`. */
export interface UsedModule {
  /** The module's first row in the plan; `undefined` when it is not installed. */
  readonly module: RegisteredModule | undefined;
  /** The public settings, `{}` until the module is ready. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Whether an installation of the module may run. */
  readonly isEnabled: boolean;
}

/**
 * One module of the page, by its slug. The component renders again when it changes.
 * @example const { isEnabled, settings } = useModule("contact-form");
 */
export function useModule(slug: string): UsedModule {
  const { getModule, getModuleSettings, isModuleEnabled } = useModules();
  return { module: getModule(slug), settings: getModuleSettings(slug), isEnabled: isModuleEnabled(slug) };
}

/**
 * The modules of a hook, in the plan's order.
 * @example const hasFooter = useModulesForHook("site:footer").length > 0;
 */
export function useModulesForHook(hook: string): readonly RegisteredModule[] {
  const { getModulesForHook } = useModules();
  return useMemo(() => getModulesForHook(hook), [getModulesForHook, hook]);
}
