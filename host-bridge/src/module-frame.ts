import type { ShellConfiguration } from "@dramac/contracts";
import { MODULE_SANDBOX } from "@dramac/contracts/sandbox";

/**
 * The module's frame inside the shell: opaque, everything set before insertion, so that it loads exactly once.
 * A second load means that it has gone somewhere else; so does a violation of the shell's `frame-src`,
 * which some engines report without a load.
 * @returns the frame's window; it stays the same object through every navigation
 */
export function createModuleFrame({ srcdoc, name }: ShellConfiguration, onNavigated: () => void, signal: AbortSignal) {
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
