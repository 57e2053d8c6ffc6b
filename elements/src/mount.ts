import { createShellFrame } from "@dramac/contracts/frame";
import { frameErrorMessage } from "@dramac/contracts/frame-errors";
import type { ErrorCode, PageMessage, PlannedModule, ShellToPageMessage } from "@dramac/contracts";
import type { WaitingFrame } from "@dramac/contracts/handover";
import { createPagePort, type PagePort } from "@dramac/host-bridge/page-port";
import { createFrameSize } from "./frame-size.ts";
import { download, navigate, openLink } from "./page-actions.ts";
import { readRoute, writeRoute } from "./page-context.ts";
import type { Runtime } from "./runtime-state.ts";

type MountState = "loading" | "ready" | "failed" | "disabled";

export interface MountReport {
  readonly state: MountState;
  readonly code?: ErrorCode | undefined;
  readonly message?: string | undefined;
}

/** Frames that loaded without a hello are asked about after this long: our script is inline, so a hello comes first. */
const SILENT_MS = 1_500;

/**
 * One module in one element: its frame (adopted or made), its port, its size, and what it asks of the page.
 * Undone by `destroy`; a fatal fault undoes the frame by itself and is reported.
 */
export function createMount(element: HTMLElement, root: ShadowRoot, module: PlannedModule, runtime: Runtime, report: (report: MountReport) => void) {
  const origin = new URL(module.frame).origin;
  const size = createFrameSize(element, module);
  let focusBefore: HTMLElement | null = null;
  let silence: ReturnType<typeof setTimeout> | undefined;
  let torn: (() => void) | undefined;

  const waiting = adopt(element, root) ?? insert();
  const { frame } = waiting;
  let { loads } = waiting;
  const port: PagePort = createPagePort(frame, origin, {
    context: () => ({ ...runtime.page(), open: size.isOpen, route: readRoute(module.slug) }),
    message: onMessage,
    mismatch: () => fail("protocol_mismatch"),
  });
  frame.addEventListener("load", onLoad);
  frame.style.colorScheme = runtime.page().theme.scheme;
  if (waiting.hello) port.offer(waiting.hello);
  else if (waiting.isWritten) port.greet();
  if (loads) watchSilence();

  function insert(): WaitingFrame {
    runtime.reserveSpace(element, module);
    const made = createShellFrame(module, runtime.isCached);
    root.append(made);
    return { frame: made, loads: 0 };
  }

  function onLoad(): void {
    if (++loads > 1) fail("navigated");
    else watchSilence();
  }

  function watchSilence(): void {
    silence ??= setTimeout(() => {
      if (!port.isOpen) void runtime.diagnose(module).then(({ code, message }) => fail(code, message));
    }, SILENT_MS);
  }

  function fail(code: ErrorCode, message = frameErrorMessage(code)): void {
    remove();
    report({ state: "failed", code, message });
  }

  function remove(): void {
    clearTimeout(silence);
    port.close();
    frame.removeEventListener("load", onLoad);
    frame.remove();
  }

  function present(open: boolean): void {
    if (module.presentation.kind === "inline" || module.presentation.kind === "hidden" || open === size.isOpen) return;
    if (open) focusBefore = document.activeElement as HTMLElement | null;
    size.present(open);
    element.toggleAttribute("open", open);
    port.send({ type: "CONTEXT", context: { open } });
    if (!open && document.activeElement !== element) focusBefore?.focus();
  }

  function onMessage(message: ShellToPageMessage): void {
    switch (message.type) {
      case "STATE":
        if (message.state === "loading") return;
        if (message.state !== "ready") remove();
        if (message.settings) runtime.settings.set(module.installation, message.settings);
        if (message.code === "bridge_closed") return torn?.();
        return report({ state: message.state, code: message.code as ErrorCode | undefined, message: message.message ?? frameErrorMessage(message.code) });
      case "SIZE":
        return size.want(message.height, message.width);
      case "PRESENT": {
        const open = message.action === "open" || message.action === "expand";
        if (!open || (navigator.userActivation?.isActive ?? true)) present(open);
        return;
      }
      case "NAVIGATE":
        return void navigate(element, message.path);
      case "OPEN_LINK":
        return void openLink(message.url, origin);
      case "DOWNLOAD":
        return void download(message.name, message.blob);
      case "ROUTE":
        return writeRoute(module.slug, message.route);
      case "CONSENT_UPDATE":
        return runtime.updateConsent(message.classes);
      case "EVENT":
        return runtime.event(module, message.topic, message.detail);
      case "VISITOR_ASK":
        return void Promise.all([runtime.credentials.ask(), runtime.identity.ask(module.installation)]).then(([credential, assertion]) =>
          port.send({ type: "VISITOR", credential, assertion }),
        );
      case "VISITOR_KEEP":
        return runtime.credentials.keep(message.credential);
      default:
        message satisfies never;
    }
  }

  return {
    module,
    get window() {
      return frame.contentWindow;
    },
    size,
    present,
    offer: (event: MessageEvent) => port.offer(event),
    send: (message: PageMessage) => port.send(message),
    flood: () => fail("flooding"),
    /** Asks the module for its last words, then takes the frame away. */
    tearDown(): Promise<void> {
      return new Promise<void>((resolve) => {
        torn = resolve;
        if (port.isOpen) port.send({ type: "TEARDOWN" });
        else resolve();
        setTimeout(resolve, 700);
      }).then(remove);
    },
    destroy: remove,
  };

  /** The frame that the loader or the page's own markup has started already. */
  function adopt(of: HTMLElement, inside: ShadowRoot): WaitingFrame | undefined {
    const known = runtime.waiting.get(of);
    runtime.waiting.delete(of);
    if (known?.frame.isConnected) return known;
    const written = inside.querySelector("iframe");
    if (!written?.src.startsWith(`${origin}/f/`)) {
      written?.remove();
      return undefined;
    }
    runtime.reserveSpace(of, module);
    return { frame: written, loads: 0, isWritten: true };
  }
}

export type ModuleMount = ReturnType<typeof createMount>;
