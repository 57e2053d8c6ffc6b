import { CONSENT_KEY, type Consent } from "@dramac/contracts/consent";
import { createShellFrame } from "@dramac/contracts/frame";
import type { Plan, PlannedModule } from "@dramac/contracts";
import type { Handover, PageFunction, WaitingFrame } from "@dramac/contracts/handover";
import type { Boot } from "./boot.ts";
import { matchesPath } from "./paths.ts";
import { ensureMountPoints } from "./mount-point.ts";
import { readStored } from "./read-stored.ts";
import { reserveSpace } from "./reserve-space.ts";

/** A frame within this many screens from the top of the view starts at once. The runtime starts the others when they come near. */
const NEAR_SCREENS = 2;

/** Mounts the modules of this page and hands over to the runtime. Never throws: an error is reported once on the console. */
export function start(boot: Boot, plan: Plan, isCached: boolean, fresh?: Promise<Plan>): void {
  mount(boot, plan, isCached, fresh).catch((error: unknown) => console.warn("[dramac]", error));
}

/** The first frames are in the page when this function returns, before the runtime has loaded. */
async function mount({ platform, runtime }: Boot, plan: Plan, isCached: boolean, fresh?: Promise<Plan>): Promise<void> {
  const page = window as unknown as { dramac?: PageFunction };
  const dramac: PageFunction = (page.dramac ??= function () {
    // biome-ignore lint/complexity/noArguments: the embed snippet queues `arguments` too
    dramac.q?.push(arguments);
  });
  if (dramac.surface) return;
  dramac.surface = plan.surface.key;
  dramac.q ??= [];

  const waiting = new Map<HTMLElement, WaitingFrame>();
  const consent = readStored(CONSENT_KEY) as Consent | undefined;
  const isWanted = ({ consent: needed, paths }: PlannedModule) =>
    (needed === "necessary" || consent?.[needed] === true) && matchesPath(paths, location.pathname);

  const onMessage = (event: MessageEvent) => {
    for (const one of waiting.values()) if (one.frame.contentWindow === event.source) one.hello ??= event;
  };
  addEventListener("message", onMessage);

  function mountFirst(element: HTMLElement, module: PlannedModule): void {
    if (element.shadowRoot) return;
    reserveSpace(element, module);
    // The runtime shows the fallback UI of a suspended module.
    if (module.state === "suspended" || element.getBoundingClientRect().top > innerHeight * NEAR_SCREENS) return;
    const frame = createShellFrame(module, isCached);
    const one: WaitingFrame = { frame, loads: 0 };
    frame.addEventListener("load", () => one.loads++);
    waiting.set(element, one);
    element.attachShadow({ mode: "open" }).append(frame);
  }

  function mountAll(): void {
    for (const module of plan.modules) if (isWanted(module)) for (const element of ensureMountPoints(module)) mountFirst(element, module);
  }

  const handover: Handover = {
    plan,
    isCached,
    platform,
    dramac,
    waiting,
    ensureMountPoints,
    matchesPath: ({ paths }) => matchesPath(paths, location.pathname),
    reserveSpace,
    release: () => removeEventListener("message", onMessage),
    ...(fresh && { fresh }),
  };
  mountAll();
  if (document.readyState === "loading") watchParser(mountAll);
  const elements = (await import(runtime)) as { start(handover: Handover): void };
  elements.start(handover);
}

/** Calls back whenever the parser has added elements, so that a module is mounted before its mount point is painted empty; last at the end of parsing. */
function watchParser(onParsed: () => void): void {
  const observer = new MutationObserver(onParsed);
  observer.observe(document, { childList: true, subtree: true });
  addEventListener("DOMContentLoaded", () => {
    observer.disconnect();
    onParsed();
  });
}
