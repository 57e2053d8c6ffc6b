import type { PlannedModule } from "@dramac/contracts";
import { readStored } from "./read-stored.ts";
import { heightKey, widthClass } from "@dramac/contracts/width-class";

/**
 * Reserves an element's space before its module loads. An inline module gets the height that was measured on this origin before,
 * or else the height that the plan gives. The styles are inline and important, because a rule of the page may match any element.
 */
export function reserveSpace(element: HTMLElement, module: PlannedModule): void {
  const { kind, side, heights } = module.presentation;
  const set = (rules: string) => {
    for (const rule of rules.split(";")) {
      const [name, value] = rule.split(":") as [string, string];
      element.style.setProperty(name, value, "important");
    }
  };
  set("display:block;overflow:hidden;border:0");
  if (kind === "inline") {
    const width = element.offsetWidth;
    return set(`height:${+(readStored(heightKey(module, width)) as number) || heights[widthClass(width)]}px`);
  }
  set(`position:fixed;width:0;height:0;margin:0;padding:0;max-width:none;bottom:16px;${side}:16px;z-index:2147483000`);
  if (kind === "hidden") set("visibility:hidden");
}
