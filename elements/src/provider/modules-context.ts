import { createContext } from "@lit/context";
import type { ModuleRegistry } from "../registry/index.ts";

/** The context in which `<dramac-provider>` gives the page's modules to the components inside it. */
export const modulesContext = createContext<ModuleRegistry>(Symbol.for("dramac:modules"));
