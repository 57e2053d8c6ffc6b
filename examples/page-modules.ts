/* A page without a framework that follows its modules: the registry as a store, and a provider element for components. */
import "@dramac/elements";
import "@dramac/elements/provider";
import { pageModules } from "@dramac/elements/registry";

const link = document.querySelector<HTMLAnchorElement>("#write-to-us");

function update(): void {
  if (link) link.hidden = pageModules.current().isModuleEnabled("contact-form");
}

export const stop = pageModules.subscribe(update);
update();

const contact = document.createElement("dramac-module");
contact.module = "contact-form";
contact.addEventListener("dramac:state", ({ detail }) => console.info(detail.state, detail.code ?? ""));

const provider = document.createElement("dramac-provider");
provider.level = "site";
provider.append(contact);
document.body.append(provider);
