import { ProviderElement } from "./provider-element.ts";

export type { ModuleRegistry, RegisteredModule } from "../registry/index.ts";
export { modulesContext } from "./modules-context.ts";
export { ProviderElement };

if (!customElements.get("dramac-provider")) customElements.define("dramac-provider", ProviderElement);

declare global {
  interface HTMLElementTagNameMap {
    "dramac-provider": ProviderElement;
  }
}
