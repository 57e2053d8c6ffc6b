import type { Consent } from "./consent.ts";
import type { Plan, PlannedModule } from "./plan.ts";

/** A frame that started before the runtime. */
export interface WaitingFrame {
  readonly frame: HTMLIFrameElement;
  loads: number;
  /** The shell's hello, if it came first. */
  hello?: MessageEvent;
  /** The frame is in the page's own markup. Its messages from before the loader are lost. */
  readonly isWritten?: boolean;
}

/** What the loader passes to the runtime, once. The runtime reuses the loader's functions. */
export interface Handover {
  readonly plan: Plan;
  /** Whether the plan came from a cache and may be outdated. */
  readonly isCached: boolean;
  /** Resolves to the plan from the network. Present only with a cached plan. */
  readonly fresh?: Promise<Plan>;
  readonly platform: string;
  /** The page's function: from the embed snippet, or created by the loader. */
  readonly dramac: PageFunction;
  readonly waiting: Map<HTMLElement, WaitingFrame>;
  /** The module's elements on the page. Missing elements are created at the mount points. */
  ensureMountPoints(module: PlannedModule): HTMLElement[];
  /** Whether this page's path admits the module. */
  matchesPath(module: PlannedModule): boolean;
  /** Reserves the element's space by its presentation, before the content is known. */
  reserveSpace(element: HTMLElement, module: PlannedModule): void;
  /** Removes the loader's listeners. */
  release(): void;
}

/** `window.dramac`: a queue until the runtime has started. Then the same function answers. */
export interface PageFunction {
  (...call: unknown[]): void;
  q?: { push(call: ArrayLike<unknown>): unknown };
  /** The surface whose loader has started. */
  surface?: string;
}

/** `window.dramac` after the runtime has started. */
export interface AnsweringPage extends PageFunction {
  readonly ready: Promise<void>;
  /** The rows of the plan: one for each installation and hook. */
  readonly modules: readonly PlannedModule[];
  /** The visitor's consent. */
  readonly agreed: Consent;
  isModuleEnabled(slug: string): boolean;
  getModule(slug: string): PlannedModule | undefined;
  /** Public settings; none until the module is ready. */
  getModuleSettings(slug: string): Readonly<Record<string, unknown>>;
  getModulesForHook(hook: string): PlannedModule[];
  destroy(): void;
}
