import { html } from "hono/html";
import type { Html } from "../page.ts";
import type { ConsoleContext } from "./console-context.ts";
import { button } from "./layout.ts";
import type { InstallationScope } from "./installation-scopes.ts";
import type { Entitlement, Subscription } from "./subscription.ts";

const NOUNS = { agency: "agency", client: "client", site: "website" } as const;

/** Where the module is installed and where it could be. */
export function installationsSection(
  context: ConsoleContext,
  { id }: Subscription,
  { isAllowed, mayInstall }: Entitlement,
  scopes: readonly InstallationScope[],
): Html {
  const isAnywhere = scopes.some(({ installationId }) => installationId !== null);
  const noun = NOUNS[scopes[0]?.level ?? "site"];
  return html`<section class="card" id="places"><h2>Where it is installed</h2>${
    mayInstall
      ? ""
      : html`<p class="soft">${isAnywhere && isAllowed ? "It goes on where it is. More can be installed once it is paid for." : "It can be installed as soon as it is paid for."}</p>`
  }${scopes.length ? "" : html`<p class="soft">There is no ${noun} yet that it could be installed on.</p>`}<ul class="plain">${scopes.map((scope) => {
    const { level, id: scopeId, name, clientName, installationId } = scope;
    const site = level === "site" ? context.siteOf(scopeId) : undefined;
    const fields = { level, scope: scopeId, name, ...(installationId && { installation: installationId }) };
    return html`<li data-scope="${name}"><span><strong>${name}</strong>${clientName ? html` <span class="soft">of ${clientName}</span>` : ""}${
      installationId ? html`<br><span class="soft">${isAllowed ? "Installed" : "Installed; shows its fallback at the moment"}</span>` : ""
    }</span><span class="row">${site && installationId ? html`<a href="${site.url}" target="_blank" rel="noopener">Look at it<span class="away"> on ${name}</span></a>` : ""}${
      installationId
        ? button(`/subscriptions/${id}/uninstall`, "Uninstall", { look: "quiet", busy: "Uninstalling …", fields })
        : mayInstall
          ? button(`/subscriptions/${id}/install`, "Install", { busy: "Installing …", fields })
          : ""
    }</span></li>`;
  })}</ul></section>`;
}
