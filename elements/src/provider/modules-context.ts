import { createContext } from "@lit/context";
import type { ModuleRegistry } from "../registry/index.ts";

/** The page's modules as a context: what `<dramac-provider>` gives to whatever stands inside it. */
export const modulesContext = createContext<ModuleRegistry>(Symbol.for("dramac:modules"));
