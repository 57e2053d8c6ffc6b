import { html } from "hono/html";
import type { Html } from "../page.ts";
import type { Desk } from "./desk.ts";
import { button } from "./layout.ts";
import type { Place } from "./places.ts";
import type { Entitlement, Subscription } from "./subscription.ts";

const NOUNS = { agency: "agency", client: "client", site: "website" } as const;

/** Where the module is installed and where it could be. */
export function placesSection(desk: Desk, { id }: Subscription, { isAllowed, mayInstall }: Entitlement, places: readonly Place[]): Html {
  const isAnywhere = places.some(({ installationId }) => installationId !== null);
  const noun = NOUNS[places[0]?.level ?? "site"];
  return html`<section class="card" id="places"><h2>Where it is installed</h2>${
    mayInstall
      ? ""
      : html`<p class="soft">${isAnywhere && isAllowed ? "It goes on where it is. More can be installed once it is paid for." : "It can be installed as soon as it is paid for."}</p>`
  }${places.length ? "" : html`<p class="soft">There is no ${noun} yet that it could be installed on.</p>`}<ul class="plain">${places.map((place) => {
    const { level, id: placeId, name, clientName, installationId } = place;
    const site = level === "site" ? desk.siteOf(placeId) : undefined;
    const fields = { level, place: placeId, name, ...(installationId && { installation: installationId }) };
    return html`<li data-place="${name}"><span><strong>${name}</strong>${clientName ? html` <span class="soft">of ${clientName}</span>` : ""}${
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
