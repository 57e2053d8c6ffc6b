export type { Consent, InstallLevel, PlannedModule } from "@dramac/contracts";
export type { ModuleRegistry, RegisteredModule } from "./module-registry.ts";
export { EMPTY_REGISTRY } from "./module-registry.ts";
export { createPageModules, type PageModules, pageModules } from "./page-modules.ts";
