import { createShellFrame } from "@dramac/contracts/frame";
import type { PlannedModule } from "@dramac/contracts";
import type { WaitingFrame } from "@dramac/contracts/handover";
import type { Runtime } from "./runtime-state.ts";

/**
 * The frame of a module in an element: the frame that the loader started, or a frame in the page's own markup,
 * or else a new one.
 */
export function adoptFrame(element: HTMLElement, root: ShadowRoot, module: PlannedModule, runtime: Runtime): WaitingFrame {
  const known = runtime.waiting.get(element);
  runtime.waiting.delete(element);
  if (known?.frame.isConnected) return known;
  runtime.reserveSpace(element, module);
  const written = root.querySelector("iframe");
  if (written?.src.startsWith(`${new URL(module.frame).origin}/f/`)) return { frame: written, loads: 0, isWritten: true };
  written?.remove();
  const frame = createShellFrame(module, runtime.isCached);
  root.append(frame);
  return { frame, loads: 0 };
}
