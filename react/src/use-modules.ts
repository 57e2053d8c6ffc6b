import type { InstallLevel } from "@dramac/contracts";
import { EMPTY_REGISTRY, type ModuleRegistry, pageModules, type RegisteredModule } from "@dramac/elements/registry";
import { useMemo, useSyncExternalStore } from "react";

const onServer = () => EMPTY_REGISTRY;

/**
 * The page's modules; draws again whenever plan, consent, state or settings have changed.
 *
 * On the server and while hydrating it is empty with `isReady: false`, so that both draw the same.
 * @param level see only what was installed on an `agency`, a `client` or a `site`
 * @example const { siteModules, isModuleEnabled } = useModules();
 */
export function useModules(level?: InstallLevel): ModuleRegistry {
  const whole = useSyncExternalStore(pageModules.subscribe, pageModules.current, onServer);
  return useMemo(() => (level ? whole.at(level) : whole), [whole, level]);
}

/** What `useModule` tells of one module. */
export interface UsedModule {
  /** The first row of the plan that is of this module. */
  readonly module: RegisteredModule | undefined;
  /** Its public settings, `{}` until it is ready. */
  readonly settings: Readonly<Record<string, unknown>>;
  readonly isEnabled: boolean;
}

/**
 * One module of the page, by its slug.
 * @example const { isEnabled, settings } = useModule("contact-form");
 */
export function useModule(slug: string): UsedModule {
  const { getModule, getModuleSettings, isModuleEnabled } = useModules();
  return { module: getModule(slug), settings: getModuleSettings(slug), isEnabled: isModuleEnabled(slug) };
}

/**
 * The modules that stand at a hook, in the plan's order.
 * @example const hasFooter = useModulesForHook("site:footer").length > 0;
 */
export function useModulesForHook(hook: string): readonly RegisteredModule[] {
  const { getModulesForHook } = useModules();
  return useMemo(() => getModulesForHook(hook), [getModulesForHook, hook]);
}
