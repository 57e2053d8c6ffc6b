import type { PlannedModule } from "./plan.ts";
import { SHELL_SANDBOX } from "./sandbox.ts";

/**
 * Creates the frame of a module's shell, ready to insert.
 * All attributes are set before insertion: Chromium and WebKit fire `load` for about:blank when a frame is inserted
 * without an address, and our count of loads would be wrong.
 * https://html.spec.whatwg.org/multipage/iframe-embed-object.html#process-the-iframe-attributes
 * @param isCached whether the plan came from a cache; the shell then asks the platform whether the module may still run
 */
export function createShellFrame({ frame: address, name }: Pick<PlannedModule, "frame" | "name">, isCached: boolean): HTMLIFrameElement {
  const frame = document.createElement("iframe");
  frame.setAttribute("sandbox", SHELL_SANDBOX);
  frame.referrerPolicy = "no-referrer";
  frame.title = name;
  frame.setAttribute("part", "frame");
  frame.style.cssText = "border:0;width:100%;height:100%;display:block;color-scheme:light";
  frame.src = `${address}#o=${location.origin}${isCached ? "&k" : ""}`;
  return frame;
}
