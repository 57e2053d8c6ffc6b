export type { Consent, InstallLevel, ModuleRegistry, PlannedModule, RegisteredModule } from "@dramac/elements/registry";
export { Module, ModuleHook, type ModuleHookProps, type ModuleProps } from "./components.ts";
export { useModuleNavigation } from "./use-module-navigation.ts";
export { type UsedModule, useModule, useModules, useModulesForHook } from "./use-modules.ts";
