import type { Consent, Plan, PlannedModule } from "@dramac/contracts";
import type { Handover } from "@dramac/contracts/handover";
import type { AssertionSource } from "./identity.ts";

/** The actions behind `dramac(name, …)` and behind the members of the function. */
export interface PageFunctionActions {
  consent(change: Consent): void;
  /** Signs a person in: an assertion of the page's own backend, or better a function that fetches one. `null` signs out. */
  identify(source: AssertionSource | null): void;
  event(topic: string, detail: unknown): void;
  /** Opens or closes a floating module, for a button of the page. */
  present(slug: string, open: boolean): void;
  debug(on: boolean): void;
  on(name: string, listener: (detail: unknown) => void): () => void;
  destroy(): void;
  plan(): Plan;
  settings(module: PlannedModule): Readonly<Record<string, unknown>>;
  /** The visitor's consent. */
  agreed(): Consent;
}

/** Makes the page's queue function answer. It stays the same function object; queued calls are executed first, in order. */
export function answerPage({ dramac }: Pick<Handover, "dramac">, actions: PageFunctionActions): void {
  const calls = new Map<unknown, (...rest: never[]) => unknown>([
    ["consent", actions.consent],
    ["identify", actions.identify],
    ["event", actions.event],
    ["open", (slug: string) => actions.present(slug, true)],
    ["close", (slug: string) => actions.present(slug, false)],
    ["debug", actions.debug],
    ["on", actions.on],
    ["destroy", actions.destroy],
  ]);
  const queued = dramac.q as unknown as ArrayLike<ArrayLike<unknown>>;
  const call = (parameters: ArrayLike<unknown>) => {
    const [name, ...rest] = Array.from(parameters);
    const action = calls.get(name);
    if (action) action(...(rest as never[]));
    else console.warn(`[dramac] There is no dramac("${String(name)}"). Known: ${[...calls.keys()].join(", ")}.`);
  };
  dramac.q = { push: call };
  const modules = () => actions.plan().modules;
  const bySlug = (slug: string) => modules().find((module) => module.slug === slug);
  Object.defineProperties(dramac, {
    modules: { get: modules, configurable: true },
    agreed: { get: actions.agreed, configurable: true },
    isModuleEnabled: { value: (slug: string) => bySlug(slug)?.state === "active", configurable: true },
    getModule: { value: bySlug, configurable: true },
    getModuleSettings: {
      value: (slug: string) => {
        const module = bySlug(slug);
        return module ? actions.settings(module) : {};
      },
      configurable: true,
    },
    getModulesForHook: { value: (hook: string) => modules().filter((module) => module.hook === hook), configurable: true },
    destroy: { value: actions.destroy, configurable: true },
  });
  for (const parameters of Array.from(queued)) call(parameters);
}
