import type { PlannedModule } from "@dramac/contracts";
import type { AnsweringPage, PageFunction } from "@dramac/contracts/handover";
import { createModuleRegistry, EMPTY_REGISTRY, type ModuleRegistry, type RegisteredModule } from "./module-registry.ts";

/** The events after which the registry may differ. */
const CHANGES = ["plan", "state", "consent", "destroy"] as const;

/** The present registry, and a subscription to changes. */
export interface PageModules {
  /** The registry now; the same object until something in it has changed. Empty on a server. */
  current(): ModuleRegistry;
  /**
   * Calls back after every change.
   * @returns a function that ends the subscription
   */
  subscribe(listener: () => void): () => void;
}

/** Follows the modules of a page through its `dramac` function, whether the loader has started already or starts later. */
export function createPageModules(page: { dramac?: PageFunction } | undefined): PageModules {
  const listeners = new Set<() => void>();
  let registry = EMPTY_REGISTRY;
  let isFollowing = false;

  function follow(): void {
    if (isFollowing || !page) return;
    isFollowing = true;
    const dramac = (page.dramac ??= createQueue());
    for (const name of CHANGES) dramac("on", name, update);
    update();
  }

  function update(): void {
    const next = read(page?.dramac);
    if (isSame(registry, next)) return;
    registry = next;
    for (const listener of [...listeners]) listener();
  }

  return {
    current() {
      follow();
      return registry;
    },
    subscribe(listener) {
      follow();
      // A new function for each subscription, so that a listener that subscribes twice has two subscriptions.
      const own = () => listener();
      listeners.add(own);
      return () => void listeners.delete(own);
    },
  };
}

/** The modules of the page that this code runs in. */
export const pageModules = createPageModules(typeof window === "undefined" ? undefined : (window as { dramac?: PageFunction }));

/** The queue of the embed snippet, for a page whose loader has not started. */
function createQueue(): PageFunction {
  const calls: ArrayLike<unknown>[] = [];
  const dramac: PageFunction = (...call) => void dramac.q?.push(call);
  dramac.q = calls;
  return dramac;
}

function read(dramac: PageFunction | undefined): ModuleRegistry {
  if (!isAnswering(dramac)) return EMPTY_REGISTRY;
  const registered = (module: PlannedModule): RegisteredModule => ({
    ...module,
    level: module.level ?? "site",
    settings: dramac.getModuleSettings(module.slug),
  });
  return createModuleRegistry(true, dramac.modules.map(registered), dramac.agreed);
}

/** Between the start of the loader and of the runtime, and after `destroy`, the function exists but does not answer. */
const isAnswering = (dramac: PageFunction | undefined): dramac is AnsweringPage => dramac?.surface !== undefined && "modules" in dramac;

const isSame = (one: ModuleRegistry, other: ModuleRegistry): boolean =>
  one.isReady === other.isReady && JSON.stringify([one.modules, one.agreed]) === JSON.stringify([other.modules, other.agreed]);
