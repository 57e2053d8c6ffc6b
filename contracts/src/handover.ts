import type { Consent } from "./consent.ts";
import type { Plan, PlannedModule } from "./plan.ts";

/** A frame that was there before the runtime, with what was seen of it. */
export interface WaitingFrame {
  readonly frame: HTMLIFrameElement;
  loads: number;
  /** The shell's hello, if it came first. */
  hello?: MessageEvent;
  /** Stood in the page's own markup: what it said before the loader came is lost. */
  readonly isWritten?: boolean;
}

/** What the loader hands to the runtime, once. The runtime reuses the loader's own functions, so nothing is written twice. */
export interface Handover {
  readonly plan: Plan;
  /** True when the plan came from a copy that was kept and may be stale. */
  readonly isCached: boolean;
  /** Resolves to a newer plan than the kept one; never when there is none to come. */
  readonly fresh?: Promise<Plan>;
  readonly platform: string;
  /** The page's function, as it was found or made. */
  readonly dramac: PageFunction;
  readonly waiting: Map<HTMLElement, WaitingFrame>;
  /** Every element at this module's places on the page, made where there is none yet. */
  ensureMountPoints(module: PlannedModule): HTMLElement[];
  /** Whether this page's path admits the module. */
  matchesPath(module: PlannedModule): boolean;
  /** Reserves the element's space as its presentation wants it, before anything is known of the content. */
  reserveSpace(element: HTMLElement, module: PlannedModule): void;
  /** Gives the loader's listeners back. */
  release(): void;
}

/** `window.dramac`: a queue until the runtime is there, then the same function, answering. */
export interface PageFunction {
  (...call: unknown[]): void;
  q?: { push(call: ArrayLike<unknown>): unknown };
  /** The surface whose loader has started. */
  surface?: string;
}

/** What `window.dramac` answers with once the runtime is there. */
export interface AnsweringPage extends PageFunction {
  readonly ready: Promise<void>;
  /** The rows of the plan: one for each installation and hook. */
  readonly modules: readonly PlannedModule[];
  /** What the visitor has agreed to so far. */
  readonly agreed: Consent;
  isModuleEnabled(slug: string): boolean;
  getModule(slug: string): PlannedModule | undefined;
  /** Public settings; none until the module is ready. */
  getModuleSettings(slug: string): Readonly<Record<string, unknown>>;
  getModulesForHook(hook: string): PlannedModule[];
  destroy(): void;
}
