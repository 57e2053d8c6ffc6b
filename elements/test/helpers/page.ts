import type { Consent, PlannedModule } from "@dramac/contracts";
import type { PageFunction } from "@dramac/contracts/handover";
import { answerPage } from "../../src/page-function.ts";

/** A row of a plan. */
export const planned = (slug: string, change: Partial<PlannedModule> = {}): PlannedModule => ({
  installation: slug,
  slug,
  name: slug,
  version: "1.0.0",
  state: "active",
  frame: `https://frames.example/f/${slug}`,
  hook: null,
  order: 0,
  paths: [],
  presentation: { kind: "inline", side: "right", width: 380, maxHeight: 560, heights: { narrow: 1, medium: 1, wide: 1 } },
  consent: "necessary",
  fallback: { kind: "hide" },
  ...change,
});

/** A page whose loader and runtime have started. The page function is real; the test controls the runtime behind it. */
export function startPage(page: { dramac?: PageFunction }, modules: PlannedModule[]) {
  const dramac: PageFunction = (page.dramac ??= (...call) => void dramac.q?.push(call));
  dramac.surface = "site_x";
  dramac.q ??= [];
  const settings = new Map<string, Record<string, unknown>>();
  const listeners = new Map<string, Set<(detail: unknown) => void>>();
  let agreed: Consent = {};
  const emit = (name: string) => {
    for (const listener of listeners.get(name) ?? []) listener(undefined);
  };
  const ignore = () => undefined;
  function destroy(): void {
    delete dramac.surface;
    emit("destroy");
    listeners.clear();
  }
  answerPage(
    { dramac },
    {
      consent: ignore,
      identify: ignore,
      event: ignore,
      present: ignore,
      debug: ignore,
      on(name, listener) {
        listeners.set(name, (listeners.get(name) ?? new Set()).add(listener));
        return ignore;
      },
      destroy,
      plan: () => ({ plan: 1, surface: { key: "site_x", kind: "site", revision: "1", status: "active", locale: "en", theme: { scheme: "auto" } }, modules }),
      settings: ({ installation }) => settings.get(installation) ?? {},
      agreed: () => agreed,
    },
  );
  emit("plan");
  return {
    emit,
    settings,
    destroy,
    replace(next: PlannedModule[]): void {
      modules = next;
      emit("plan");
    },
    agree(change: Consent): void {
      agreed = change;
      emit("consent");
    },
  };
}
