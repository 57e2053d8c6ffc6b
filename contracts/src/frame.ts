import { SHELL_SANDBOX } from "./sandbox.ts";

/**
 * The shell's frame, ready to be inserted: everything is set before insertion, because a frame
 * inserted without an address fires a load for about:blank and spoils the count of loads.
 * @param address the frame document's URL, without a hash
 * @param origin the host page's origin, which the shell checks against its list
 * @param kept whether the plan is a kept copy, so that the shell asks first whether the module may run
 */
export function createShellFrame(page: Document, address: string, origin: string, title: string, kept: boolean): HTMLIFrameElement {
  const frame = page.createElement("iframe");
  frame.setAttribute("sandbox", SHELL_SANDBOX);
  frame.referrerPolicy = "no-referrer";
  frame.title = title;
  frame.setAttribute("part", "frame");
  frame.style.cssText = "border:0;width:100%;height:100%;display:block;color-scheme:light";
  frame.src = `${address}#o=${origin}${kept ? "&k" : ""}`;
  return frame;
}
