import type { PlannedModule } from "@dramac/contracts";
import type { AnsweringPage, PageFunction } from "@dramac/contracts/handover";
import { createModuleRegistry, EMPTY_REGISTRY, type ModuleRegistry, type RegisteredModule } from "./module-registry.ts";

/** Everything that can make the next moment differ from this one. */
const CHANGES = ["plan", "state", "consent", "destroy"] as const;

/** The registry over time: the present one, and word of the next. */
export interface PageModules {
  /** The registry now; the same object until something in it has changed. Empty where there is no page. */
  current(): ModuleRegistry;
  /** Calls back after every change; answers with its undo. */
  subscribe(listener: () => void): () => void;
}

/** Follows the modules of a page through its `dramac` function, whether the loader came before or comes after. */
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
      // A function of its own, so that one listener that subscribes twice is also called off twice.
      const own = () => listener();
      listeners.add(own);
      return () => void listeners.delete(own);
    },
  };
}

/** The modules of the page that this code runs in. */
export const pageModules = createPageModules(typeof window === "undefined" ? undefined : (window as { dramac?: PageFunction }));

/** The page's own snippet, for a page whose loader is still to come. */
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

/** Between the loader's start and the runtime's, and after `destroy`, the function is there but knows nothing. */
const isAnswering = (dramac: PageFunction | undefined): dramac is AnsweringPage => dramac?.surface !== undefined && "modules" in dramac;

const isSame = (one: ModuleRegistry, other: ModuleRegistry): boolean =>
  one.isReady === other.isReady && JSON.stringify([one.modules, one.agreed]) === JSON.stringify([other.modules, other.agreed]);
