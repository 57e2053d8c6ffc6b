import { MODULE_SANDBOX } from "@dramac/contracts/frame";

/**
 * The module's frame inside the shell: opaque, everything set before insertion, so that it loads exactly once.
 * A second load means that it has gone somewhere else; so does a violation of the shell's `frame-src`,
 * which some engines report without a load.
 */
export function createModuleFrame(srcdoc: string, title: string, on: { load(): void; navigated(): void }) {
  const frame = document.createElement("iframe");
  let loads = 0;
  frame.setAttribute("sandbox", MODULE_SANDBOX);
  frame.allow = "";
  frame.referrerPolicy = "no-referrer";
  frame.title = title;
  frame.style.cssText = "border:0;width:100%;height:100%;display:block";
  frame.srcdoc = srcdoc;
  frame.addEventListener("load", () => {
    if (++loads > 1) on.navigated();
    else on.load();
  });
  const onViolation = (event: SecurityPolicyViolationEvent) => {
    if (event.effectiveDirective === "frame-src") on.navigated();
  };
  document.addEventListener("securitypolicyviolation", onViolation);
  document.body.append(frame);
  return {
    /** The frame's window; it stays the same object through every navigation. */
    window: frame.contentWindow as Window,
    get loads() {
      return loads;
    },
    destroy(): void {
      document.removeEventListener("securitypolicyviolation", onViolation);
      frame.remove();
    },
  };
}
