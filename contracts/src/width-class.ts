import type { PlannedModule } from "./plan.ts";
import type { Presentation } from "./presentation.ts";

/** The width class of an element, from its width in CSS pixels. Heights are stored per class. */
export const widthClass = (width: number): keyof Presentation["heights"] => (width < 480 ? "narrow" : width < 900 ? "medium" : "wide");

/** The local storage key of a module's last height on this page's origin, so that the next page view does not shift. */
export const heightKey = ({ installation, hook, state }: Pick<PlannedModule, "installation" | "hook" | "state">, width: number): string =>
  `dramac:height:${installation}:${hook}:${state}:${widthClass(width)}`;
