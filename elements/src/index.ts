import type { ErrorCode } from "@dramac/contracts";

export {
  type Consent,
  createPageModules,
  EMPTY_REGISTRY,
  type InstallLevel,
  type ModuleRegistry,
  type PageModules,
  type PlannedModule,
  pageModules,
  type RegisteredModule,
} from "./registry/index.ts";
export type { ErrorCode };

/** The state of a module on the page, as `dramac:state` reports it. */
export interface ModuleState {
  readonly state: "loading" | "ready" | "failed" | "disabled";
  /** Why it failed or is disabled. */
  readonly code?: ErrorCode | undefined;
  readonly message?: string | undefined;
}

/**
 * `<dramac-module module="slug">` or `<dramac-module installation="id">` shows one module.
 * The loader script of the platform defines the element; this is its type.
 */
export interface DramacModuleElement extends HTMLElement {
  /** The module's slug; the attribute `module`. */
  module: string | null;
  /** The installation's id; the attribute `installation`. */
  installation: string | null;
  readonly report: ModuleState;
}

/** `<dramac-hook name="site:page:after">` shows all modules of a hook. The loader script of the platform defines the element. */
export interface DramacHookElement extends HTMLElement {}

declare global {
  interface HTMLElementTagNameMap {
    "dramac-module": DramacModuleElement;
    "dramac-hook": DramacHookElement;
  }
  interface GlobalEventHandlersEventMap {
    /** The state of a module has changed. Bubbles. */
    "dramac:state": CustomEvent<ModuleState>;
    /** A module asks for another path of this host. Bubbles; a router that takes the path cancels the event. */
    "dramac:navigate": CustomEvent<{ readonly path: string }>;
  }
}
