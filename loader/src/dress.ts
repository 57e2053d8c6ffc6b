import type { PlannedModule } from "@dramac/contracts";
import { heightKey, widthClass } from "@dramac/contracts/width-class";

/**
 * Reserves an element's space before anything of the module is known: by what it measured here last time,
 * else by what others measured. Written as important inline styles, since the page's own rules may mean everything.
 */
export function dress(element: HTMLElement, { presentation, installation }: PlannedModule): void {
  const { kind, side, heights } = presentation;
  const rules: Record<string, string> = { display: "block", overflow: "hidden", border: "0" };
  if (kind === "inline") {
    element.style.setProperty("display", "block", "important");
    const width = element.offsetWidth;
    rules.height = `${Number(readHeight(heightKey(installation, width))) || heights[widthClass(width)]}px`;
  } else {
    Object.assign(rules, {
      position: "fixed",
      width: "0",
      height: "0",
      margin: "0",
      padding: "0",
      "max-width": "none",
      bottom: "16px",
      [side]: "16px",
      "z-index": "2147483000",
    });
    if (kind === "hidden") rules.visibility = "hidden";
  }
  for (const name of Object.keys(rules)) element.style.setProperty(name, rules[name] as string, "important");
}

function readHeight(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
