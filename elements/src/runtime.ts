import type { Consent, ErrorCode, Plan, PlannedModule, Problem } from "@dramac/contracts";
import type { Handover } from "@dramac/contracts/handover";
import { createConsentStore } from "./consent-store.ts";
import { HookElement } from "./hook-element.ts";
import { type AssertionSource, createIdentity } from "./identity.ts";
import { ModuleElement } from "./module-element.ts";
import { watchNavigation } from "./navigation.ts";
import { readPage } from "./page-context.ts";
import { answerPage } from "./page-function.ts";
import type { Runtime } from "./runtime-state.ts";
import { createUnexpectedMessageLimiter } from "./unexpected-message-limiter.ts";
import { createCredentialStore } from "./credential-store.ts";

/** Takes over from the loader: adopts its frames, answers the page, and keeps page and plan in step. */
export function start(handover: Handover): void {
  const { dramac, waiting } = handover;
  let { plan, isCached } = handover;
  let isOver = false;
  let stopDebug: (() => void) | undefined;
  const elements = new Set<ModuleElement>();
  const listeners = new Map<string, Set<(detail: unknown) => void>>();
  const consent = createConsentStore();
  const identity = createIdentity(`${handover.platform}/api/surfaces/${plan.surface.key}`);
  /** What everybody sees. */
  let publicPlan = plan;
  let identified = 0;
  const runtime: Runtime = {
    waiting,
    reserveSpace: handover.reserveSpace,
    get isCached() {
      return isCached;
    },
    credentials: createCredentialStore(plan.surface.key, () => consent.current.functional === true),
    identity,
    settings: new Map(),
    page: () => readPage(plan.surface, consent.current),
    updateConsent,
    event(from, topic, detail) {
      emit("event", { topic, detail, sender: from.slug });
      broadcast({ type: "EVENT", topic, detail, sender: from.slug }, from);
    },
    diagnose,
  };
  const mounts = () => [...elements].flatMap(({ mount }) => mount ?? []);
  const stray = createUnexpectedMessageLimiter(mounts);

  function isWanted(module: PlannedModule): boolean {
    return consent.admits(module) && handover.matchesPath(module);
  }

  function moduleOf(element: ModuleElement): PlannedModule | undefined {
    const wanted = ({ installation, slug, hook }: PlannedModule) =>
      (element.installation ? installation === element.installation : slug === element.module) && (element.getAttribute("hook") ?? `${hook}`) === `${hook}`;
    return plan.modules.find((module) => wanted(module) && isWanted(module));
  }

  /** Brings every element in step with plan, consent and path; what stays wanted stays untouched. */
  function reconcile(): void {
    if (isOver) return;
    for (const element of elements) {
      const module = moduleOf(element);
      if (!module) void element.tearDown();
    }
    for (const module of plan.modules) if (isWanted(module)) handover.ensureMountPoints(module);
    for (const element of elements) {
      const module = moduleOf(element);
      if (module) element.run(module, runtime);
    }
  }

  function updateConsent(change: Consent): void {
    const before = consent.current;
    consent.update(change);
    const isFunctionalWithdrawn = before.functional && !consent.current.functional;
    if (isFunctionalWithdrawn) runtime.credentials.erase();
    for (const mount of mounts()) if (isFunctionalWithdrawn || !consent.admits(mount.module)) mount.send({ type: "IDENTIFY" });
    reconcile();
    emit("consent", consent.current);
  }

  /** From here on somebody else is there. On a portal or dashboard that decides what is shown at all. */
  async function identify(source: AssertionSource | null): Promise<void> {
    const turn = ++identified;
    // What somebody else saw and wrote is not for whoever comes next.
    if (identity.set(source)) for (const element of elements) element.stop();
    else broadcast({ type: "IDENTIFY" });
    reconcile();
    if (plan.surface.kind === "site") return;
    if (source === null) return show(publicPlan);
    try {
      const own = await identity.fetchPlan();
      if (turn === identified) show(own);
    } catch (fault) {
      if (turn !== identified) return;
      show(publicPlan);
      console.warn("[dramac] Not signed in:", (fault as Problem).detail ?? fault);
      emit("identity:error", fault);
    }
  }

  function show(next: Plan): void {
    plan = next;
    reconcile();
    emit("plan", plan);
  }

  function broadcast(message: Parameters<NonNullable<ModuleElement["mount"]>["send"]>[0], except?: PlannedModule): void {
    for (const mount of mounts()) if (mount.module !== except) mount.send(message);
  }

  function emit(name: string, detail: unknown): void {
    for (const listener of listeners.get(name) ?? []) {
      try {
        listener(detail);
      } catch (fault) {
        reportError(fault);
      }
    }
  }

  async function diagnose(module: PlannedModule): Promise<{ code: ErrorCode; message: string }> {
    const query = new URLSearchParams({ installation: module.installation, origin: location.origin });
    const address = `${handover.platform}/embed/${plan.surface.key}/diagnosis.js?${query}`;
    try {
      return ((await import(address)) as { default: { code: ErrorCode; message: string } }).default;
    } catch {
      return { code: "unreachable", message: "The module could not be reached. Check your connection, or the page's frame-src." };
    }
  }

  const onMessage = (event: MessageEvent) => {
    if (mounts().some((mount) => mount.offer(event))) return;
    for (const one of waiting.values()) if (one.frame.contentWindow === event.source) one.hello ??= event;
    stray(event.source);
  };
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Escape") for (const mount of mounts()) mount.present(false);
  };
  const onResize = () => {
    for (const mount of mounts()) if (mount.module.presentation.kind !== "inline") mount.size.layOut();
  };
  const onVisibility = () => tellContext();
  function tellContext(): void {
    const context = runtime.page();
    for (const mount of mounts()) mount.send({ type: "CONTEXT", context });
  }
  const stopNavigation = watchNavigation(() => {
    reconcile();
    tellContext();
  });
  const onParsed = () => reconcile();

  function destroy(): void {
    if (isOver) return;
    isOver = true;
    stopNavigation();
    stopDebug?.();
    removeEventListener("message", onMessage);
    removeEventListener("keydown", onKey);
    removeEventListener("resize", onResize);
    document.removeEventListener("visibilitychange", onVisibility);
    document.removeEventListener("DOMContentLoaded", onParsed);
    for (const element of [...elements]) void element.tearDown().then(() => element.remove());
    delete dramac.surface;
    emit("destroy", undefined);
    listeners.clear();
  }

  addEventListener("message", onMessage);
  handover.release();
  addEventListener("keydown", onKey);
  addEventListener("resize", onResize);
  document.addEventListener("visibilitychange", onVisibility);
  document.addEventListener("DOMContentLoaded", onParsed);

  ModuleElement.host = {
    connected(element) {
      elements.add(element);
      const module = moduleOf(element);
      if (module) element.run(module, runtime);
    },
    disconnected: (element) => elements.delete(element),
    changed(element, report) {
      const detail = { ...report, module: element.planned?.slug, installation: element.planned?.installation };
      emit("state", detail);
      if (report.state === "failed") emit("module:error", detail);
      if (report.state === "ready") emit("module:ready", detail);
    },
  };
  HookElement.onConnected = () => queueMicrotask(reconcile);
  if (!customElements.get("dramac-module")) {
    customElements.define("dramac-module", ModuleElement);
    customElements.define("dramac-hook", HookElement);
  }
  reconcile();

  Object.defineProperty(dramac, "ready", { value: Promise.resolve(), configurable: true });
  answerPage(handover, {
    consent: updateConsent,
    identify: (source) => void identify(source),
    event: (topic, detail) => broadcast({ type: "EVENT", topic, detail, sender: "page" }),
    present(slug, open) {
      for (const mount of mounts()) if (mount.module.slug === slug) mount.present(open);
    },
    debug: (on) => (on ? void debug() : stopDebug?.()),
    on(name, listener) {
      const set = listeners.get(name) ?? new Set();
      listeners.set(name, set.add(listener));
      return () => set.delete(listener);
    },
    destroy,
    plan: () => plan,
    settings: (module) => runtime.settings.get(module.installation) ?? {},
    agreed: () => consent.current,
  });
  emit("plan", plan);
  if (new URLSearchParams(location.search).has("dramac_debug")) void debug();

  async function debug(): Promise<void> {
    const { startDebug } = await import("./debug.ts");
    stopDebug?.();
    stopDebug = startDebug(
      () => plan,
      () => plan.modules.map((module) => ({ module, ...explain(module) })),
    );
  }

  function explain(module: PlannedModule): { where: string; why: string } {
    const element = [...elements].find((one) => one.planned?.frame === module.frame);
    if (element) return { where: element.parentElement?.tagName.toLowerCase() ?? "", why: element.report.code ?? element.report.state };
    if (!consent.admits(module)) return { where: "", why: `waits for consent: ${module.consent}` };
    if (!handover.matchesPath(module)) return { where: "", why: `not on this path: ${module.paths.join(" ")}` };
    return { where: "", why: `no place for ${module.hook ?? "it"} on this page` };
  }

  handover.fresh?.then(
    (fresh: Plan) => {
      publicPlan = fresh;
      isCached = false;
      if (plan.surface.kind === "site" || !plan.modules.length) show(fresh);
    },
    () => emit("plan:kept", undefined),
  );
}
