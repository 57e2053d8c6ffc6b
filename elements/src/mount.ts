import { frameErrorMessage } from "@dramac/contracts/frame-errors";
import type { ErrorCode, PageMessage, PlannedModule, ShellToPageMessage } from "@dramac/contracts";
import { createPagePort } from "@dramac/host-bridge/page-port";
import { adoptFrame } from "./adopt-frame.ts";
import { createFrameSize } from "./frame-size.ts";
import { readRoute } from "./page-context.ts";
import { handlePageRequest } from "./page-requests.ts";
import type { Runtime } from "./runtime-state.ts";

type ReportedState = "loading" | "ready" | "failed" | "disabled";

export interface MountReport {
  readonly state: ReportedState;
  readonly code?: ErrorCode | undefined;
  readonly message?: string | undefined;
}

/** Where a mount is in its life. Each status carries only the data that it needs. */
type MountStatus =
  | { readonly name: "loading" }
  /** The frame has loaded. The timer checks that the shell has said hello. */
  | { readonly name: "loaded"; readonly timer: ReturnType<typeof setTimeout> }
  /** The module may send its last messages. */
  | { readonly name: "leaving"; readonly hasLoaded: boolean; readonly onGone: () => void }
  | { readonly name: "removed" };

/** The shell's script is inline and says hello before the frame's load event. A frame that is silent for this long after its load is diagnosed. */
const SILENT_MS = 1_500;

/** How long a module may take for its last messages. */
const LEAVE_MS = 700;

/**
 * One module in one element: its frame, its port, its size, and its requests to the page.
 * `destroy` removes it. A fatal error removes the frame too, and is reported.
 */
export function createMount(element: HTMLElement, module: PlannedModule, runtime: Runtime, report: (report: MountReport) => void) {
  const size = createFrameSize(element, module);
  let status: MountStatus = { name: "loading" };
  let focusBefore: HTMLElement | null = null;

  const waiting = adoptFrame(element, element.shadowRoot as ShadowRoot, module, runtime);
  const { frame } = waiting;
  const port = createPagePort(frame, new URL(module.frame).origin, {
    context: () => ({ ...runtime.page(), open: size.isOpen, route: readRoute(module.slug) }),
    message: onMessage,
    mismatch: () => fail("protocol_mismatch"),
  });
  frame.addEventListener("load", onLoad);
  frame.style.colorScheme = runtime.page().theme.scheme;
  if (waiting.hello) port.offer(waiting.hello);
  else if (waiting.isWritten) port.greet();
  if (waiting.loads) onLoad();

  function onLoad(): void {
    if (status.name === "leaving" && !status.hasLoaded) {
      status = { ...status, hasLoaded: true };
      return;
    }
    if (status.name !== "loading") return fail("navigated");
    const timer = setTimeout(() => {
      if (!port.isOpen) void runtime.diagnose(module).then(({ code, message }) => fail(code, message));
    }, SILENT_MS);
    status = { name: "loaded", timer };
  }

  function fail(code: ErrorCode, message = frameErrorMessage(code)): void {
    remove();
    report({ state: "failed", code, message });
  }

  function remove(): void {
    const last = status;
    status = { name: "removed" };
    if (last.name === "loaded") clearTimeout(last.timer);
    port.close();
    frame.removeEventListener("load", onLoad);
    frame.remove();
    if (last.name === "leaving") last.onGone();
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
        if (message.code === "bridge_closed") return;
        return report({ state: message.state, code: message.code as ErrorCode | undefined, message: message.message ?? frameErrorMessage(message.code) });
      case "SIZE":
        return size.want(message.height, message.width);
      case "PRESENT": {
        const open = message.action === "open" || message.action === "expand";
        if (!open || (navigator.userActivation?.isActive ?? true)) present(open);
        return;
      }
      default:
        handlePageRequest(message, { element, module, runtime, send: port.send });
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
    /** Lets the module send its last messages, then removes it. */
    tearDown(): Promise<void> {
      return new Promise<void>((resolve) => {
        const hasLoaded = status.name !== "loading";
        if (status.name === "loaded") clearTimeout(status.timer);
        status = { name: "leaving", hasLoaded, onGone: resolve };
        if (port.isOpen) port.send({ type: "TEARDOWN" });
        else resolve();
        setTimeout(resolve, LEAVE_MS);
      }).then(remove);
    },
    destroy: remove,
  };
}

export type ModuleMount = ReturnType<typeof createMount>;
