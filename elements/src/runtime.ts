import type { Consent, Plan } from "@dramac/contracts";
import type { Handover } from "@dramac/contracts/handover";
import { createConsentStore } from "./consent-store.ts";
import { createCredentialStore } from "./credential-store.ts";
import { diagnose } from "./diagnose.ts";
import { HookElement } from "./hook-element.ts";
import { createIdentity } from "./identity.ts";
import { ModuleElement } from "./module-element.ts";
import { createModuleElements } from "./module-elements.ts";
import { readPage } from "./page-context.ts";
import { createPageEvents } from "./page-events.ts";
import { answerPage } from "./page-function.ts";
import { listenToPage } from "./page-listeners.ts";
import type { Runtime } from "./runtime-state.ts";
import { createSignIn } from "./sign-in.ts";

/** Takes over from the loader: adopts its frames, answers the page, and keeps the page in step with the plan. */
export function start(handover: Handover): void {
  const { dramac, waiting, platform } = handover;
  let { plan, isCached } = handover;
  /** The plan of the surface for visitors. A member's own plan may replace it. */
  let publicPlan = plan;
  let stopDebug: (() => void) | undefined;
  const { key, kind } = plan.surface;
  const controller = new AbortController();
  const { signal } = controller;
  const { on, emit, clear } = createPageEvents();
  const consent = createConsentStore();
  const elements = createModuleElements(handover, consent, () => plan);
  const { mounts, broadcast } = elements;
  const identity = createIdentity(`${platform}/api/surfaces/${key}`);
  const runtime: Runtime = {
    waiting,
    reserveSpace: handover.reserveSpace,
    get isCached() {
      return isCached;
    },
    credentials: createCredentialStore(key, () => consent.current.functional === true),
    identity,
    settings: new Map(),
    page: () => readPage(plan.surface, consent.current),
    updateConsent,
    event(from, topic, detail) {
      emit("event", { topic, detail, sender: from.slug });
      broadcast({ type: "EVENT", topic, detail, sender: from.slug }, from);
    },
    diagnose: (module) => diagnose(`${platform}/embed/${key}`, module),
  };
  const identify = createSignIn(identity, kind === "site", {
    changed(hadPerson) {
      // The next person must not see what the previous one saw and wrote.
      if (hadPerson) elements.stop();
      else broadcast({ type: "IDENTIFY" });
      reconcile();
    },
    show: (own) => show(own ?? publicPlan),
    failed: (error) => emit("identity:error", error),
  });

  function reconcile(): void {
    if (!signal.aborted) elements.reconcile(runtime);
  }

  function show(next: Plan): void {
    plan = next;
    reconcile();
    emit("plan", plan);
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

  function sendContext(): void {
    broadcast({ type: "CONTEXT", context: runtime.page() });
  }

  async function debug(): Promise<void> {
    const { startDebug } = await import("./debug.ts");
    stopDebug?.();
    stopDebug = startDebug(() => plan, { elementOf: elements.elementOf, admits: consent.admits, matchesPath: handover.matchesPath });
  }

  function destroy(): void {
    if (signal.aborted) return;
    controller.abort();
    stopDebug?.();
    elements.remove();
    delete dramac.surface;
    emit("destroy");
    clear();
  }

  listenToPage(handover, elements, { reconcile, sendContext }, signal);
  handover.release();

  ModuleElement.host = {
    connected: (element) => elements.add(element, runtime),
    disconnected: elements.delete,
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
    debug: (isOn) => (isOn ? void debug() : stopDebug?.()),
    on,
    destroy,
    plan: () => plan,
    settings: (module) => runtime.settings.get(module.installation) ?? {},
    agreed: () => consent.current,
  });
  emit("plan", plan);
  if (new URLSearchParams(location.search).has("dramac_debug")) void debug();

  handover.fresh?.then(
    (fresh: Plan) => {
      publicPlan = fresh;
      isCached = false;
      if (kind === "site" || !plan.modules.length) show(fresh);
    },
    () => emit("plan:kept"),
  );
}
