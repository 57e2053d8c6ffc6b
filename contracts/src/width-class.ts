import type { PlannedModule } from "./plan.ts";
import type { Presentation } from "./presentation.ts";

/** The class of an element's width, CSS pixels, that settled heights are kept by. */
export const widthClass = (width: number): keyof Presentation["heights"] => (width < 480 ? "narrow" : width < 900 ? "medium" : "wide");

/** Where a module's last height on this page's origin is kept, so that a second visit does not shift. */
export const heightKey = ({ installation, hook, state }: Pick<PlannedModule, "installation" | "hook" | "state">, width: number): string =>
  `dramac:height:${installation}:${hook}:${state}:${widthClass(width)}`;
