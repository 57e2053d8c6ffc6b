import { MODULE_SANDBOX } from "@dramac/contracts/sandbox";
import type { ShellContext } from "./shell-context.ts";

/**
 * Inserts the module's frame with all attributes set, so that it loads exactly once; its origin is opaque.
 * A second load means that the frame has navigated. So does a violation of the shell's `frame-src`:
 * the specification fires no load for a blocked navigation, and engines differ.
 * https://github.com/whatwg/html/issues/12311
 * @returns the frame's window, which stays the same object across navigations
 */
export function createModuleFrame({ srcdoc, name, signal }: ShellContext, onNavigated: () => void) {
  const frame = document.createElement("iframe");
  let loads = 0;
  frame.setAttribute("sandbox", MODULE_SANDBOX);
  frame.allow = "";
  frame.referrerPolicy = "no-referrer";
  frame.title = name;
  frame.srcdoc = srcdoc;
  frame.addEventListener("load", () => {
    if (++loads > 1) onNavigated();
  });
  document.addEventListener("securitypolicyviolation", (event) => event.effectiveDirective === "frame-src" && onNavigated(), { signal });
  signal.addEventListener("abort", () => frame.remove());
  document.body.append(frame);
  return frame.contentWindow as Window;
}
