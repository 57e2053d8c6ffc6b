import { CONSENT_KEY, type Consent } from "@dramac/contracts/consent";
import { createShellFrame } from "@dramac/contracts/frame";
import type { Plan, PlannedModule } from "@dramac/contracts";
import type { Handover, PageFunction, WaitingFrame } from "@dramac/contracts/handover";
import type { Boot } from "./boot.ts";
import { reserveSpace } from "./reserve-space.ts";
import { matchesPath } from "./paths.ts";
import { ensureMountPoints } from "./mount-point.ts";
import { readStored } from "./read-stored.ts";

/** Screens below the fold within which a frame is started without waiting to be scrolled near. */
const NEAR_SCREENS = 2;

/** Mounts what is wanted on this page, frame first, and hands over to the runtime. Reports once, never throws. */
export function start(boot: Boot, plan: Plan, kept: boolean, fresh?: Promise<Plan>): void {
  mount(boot, plan, kept, fresh).catch((fault: unknown) => console.warn("[dramac]", fault));
}

/** Frames are on the page when it returns, before the runtime is there. */
async function mount({ platform, runtime }: Boot, plan: Plan, kept: boolean, fresh?: Promise<Plan>): Promise<void> {
  const page = window as unknown as { dramac?: PageFunction };
  const dramac: PageFunction = (page.dramac ??= function () {
    // biome-ignore lint/complexity/noArguments: the queue keeps calls as the page's own snippet does
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
    // One that is suspended gets its space, and its face from the runtime.
    if (module.state === "suspended" || element.getBoundingClientRect().top > innerHeight * NEAR_SCREENS) return;
    const frame = createShellFrame(document, module.frame, location.origin, module.name, kept);
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
    isCached: kept,
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

/** Looks again whenever the parser has gone on, so that a place is filled before it is painted empty; a last time at its end. */
function watchParser(look: () => void): void {
  const observer = new MutationObserver(look);
  observer.observe(document, { childList: true, subtree: true });
  addEventListener("DOMContentLoaded", () => {
    observer.disconnect();
    look();
  });
}
