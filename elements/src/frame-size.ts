import type { PlannedModule } from "@dramac/contracts";
import { heightKey } from "@dramac/contracts/width-class";

const MARGIN_PX = 32;
const SHEET_BELOW_PX = 480;
const MAX_CLOSED_PX = 320;

/** Sets the size of an element to what its module wants, within the limits of its presentation. */
export function createFrameSize(element: HTMLElement, module: PlannedModule) {
  const { presentation } = module;
  let closed = { width: 0, height: 0 };
  let isOpen = false;

  function setPixels(rules: Record<string, number | string>): void {
    for (const name of Object.keys(rules)) {
      const value = rules[name] as number | string;
      element.style.setProperty(name, typeof value === "number" ? `${value}px` : value, "important");
    }
  }

  /** Lays out a floating or modal module. An open panel covers the page on narrow screens. */
  function layOut(): void {
    if (!isOpen) return setPixels({ ...closed, bottom: 16, [presentation.side]: 16 });
    const isSheet = innerWidth < SHEET_BELOW_PX;
    const room = isSheet ? 0 : MARGIN_PX;
    setPixels({
      width: isSheet ? innerWidth : Math.min(presentation.width, innerWidth - room),
      height: isSheet ? innerHeight : Math.min(presentation.maxHeight, innerHeight - room),
      bottom: room / 2,
      [presentation.side]: room / 2,
    });
  }

  return {
    get isOpen() {
      return isOpen;
    },
    /** The size that the module wants, in CSS pixels. */
    want(height: number, width?: number): void {
      if (presentation.kind === "inline") {
        setPixels({ height: Math.min(height, presentation.maxHeight) });
        rememberHeight(element, module, height);
      } else if (presentation.kind !== "hidden" && width !== undefined) {
        closed = { width: Math.min(width, MAX_CLOSED_PX), height: Math.min(height, MAX_CLOSED_PX) };
        layOut();
      }
    },
    present(open: boolean): void {
      isOpen = open;
      layOut();
    },
    layOut,
    /** Removes the space of a module that does not run. */
    collapse: () => setPixels({ height: 0, ...(presentation.kind !== "inline" && { width: 0 }) }),
    /** Fits the height to the element's own content, the fallback UI. */
    release: () => setPixels({ height: "auto" }),
  };
}

/** Stores a module's height, so that the next page view can reserve it before the module loads. */
export function rememberHeight(element: HTMLElement, module: PlannedModule, height: number): void {
  try {
    localStorage.setItem(heightKey(module, element.offsetWidth), String(height));
  } catch {}
}
