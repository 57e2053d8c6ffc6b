import type { PageMessage, Plan, PlannedModule } from "@dramac/contracts";
import type { Handover } from "@dramac/contracts/handover";
import type { ConsentStore } from "./consent-store.ts";
import type { ModuleElement } from "./module-element.ts";
import type { Runtime } from "./runtime-state.ts";

/** The module elements of the page. `reconcile` brings them in step with plan, consent and path. */
export function createModuleElements(handover: Handover, consent: ConsentStore, getPlan: () => Plan) {
  const elements = new Set<ModuleElement>();
  const mounts = () => [...elements].flatMap(({ mount }) => mount ?? []);

  const isWanted = (module: PlannedModule) => consent.admits(module) && handover.matchesPath(module);

  /** The module that belongs into an element now. */
  function moduleOf(element: ModuleElement): PlannedModule | undefined {
    const belongs = ({ installation, slug, hook }: PlannedModule) =>
      (element.installation ? installation === element.installation : slug === element.module) && (element.getAttribute("hook") ?? `${hook}`) === `${hook}`;
    return getPlan().modules.find((module) => belongs(module) && isWanted(module));
  }

  function runModule(element: ModuleElement, runtime: Runtime): void {
    const module = moduleOf(element);
    if (module) element.run(module, runtime);
  }

  return {
    mounts,
    add(element: ModuleElement, runtime: Runtime): void {
      elements.add(element);
      runModule(element, runtime);
    },
    delete: (element: ModuleElement) => elements.delete(element),
    /** Modules that stay wanted are not touched. */
    reconcile(runtime: Runtime): void {
      for (const element of elements) if (!moduleOf(element)) void element.tearDown();
      for (const module of getPlan().modules) if (isWanted(module)) handover.ensureMountPoints(module);
      for (const element of elements) runModule(element, runtime);
    },
    broadcast(message: PageMessage, except?: PlannedModule): void {
      for (const mount of mounts()) if (mount.module !== except) mount.send(message);
    },
    /** Stops all modules at once. */
    stop(): void {
      for (const element of elements) element.stop();
    },
    /** Lets all modules send their last messages, then removes the elements. */
    remove(): void {
      for (const element of [...elements]) void element.tearDown().then(() => element.remove());
    },
    elementOf: (module: PlannedModule) => [...elements].find(({ planned }) => planned?.frame === module.frame),
  };
}

export type ModuleElements = ReturnType<typeof createModuleElements>;
