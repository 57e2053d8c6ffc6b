import type { Answer } from "@dramac/sdk/node";
import { html } from "hono/html";
import type { Html } from "../page.ts";
import { day } from "./labels.ts";

type Lapse = Answer<"agency.simulate-lapse">["installations"][number];

const whereOf = ({ level, clientName, siteName }: Lapse): string =>
  level === "site" ? `${siteName ?? "a site"} of ${clientName ?? "a client"}` : level === "client" ? (clientName ?? "a client") : "Your agency";

function row(lapse: Lapse): Html {
  const { moduleName, fallback, steps } = lapse;
  const end = steps.find(({ isAllowed }) => !isAllowed);
  return html`<tr><th scope="row">${moduleName}<br><span class="soft">${whereOf(lapse)}</span></th><td data-label="What happens"><ol class="steps">${steps
    .filter(({ reason, mayInstall }, index) => reason !== steps[index - 1]?.reason || mayInstall !== steps[index - 1]?.mayInstall)
    .map(
      ({ at, sentence, isAllowed, mayInstall }, index) =>
        html`<li class="${isAllowed ? "on" : "off"}"><strong>${index === 0 ? "Today" : day(at)}</strong><br>${sentence}${isAllowed && !mayInstall ? " No more of it can be installed." : ""}</li>`,
    )}</ol></td><td data-label="It stops">${end ? day(end.at) : "never: it is free"}</td><td data-label="Visitors then see">${end ? (fallback === "nothing" || !fallback ? "nothing" : `“${fallback}”`) : "no change"}</td></tr>`;
}

/** What would happen to every installation without payments. The page changes nothing. */
export function lapsePage({ installations, isComplete }: Answer<"agency.simulate-lapse">): Html {
  const stopping = installations.filter(({ steps }) => steps.some(({ isAllowed }) => !isAllowed)).length;
  return html`<h1>If nothing were paid from today</h1><p class="lead">What would change on your clients’ websites, how and when. This only looks ahead: nothing is changed.</p>${
    installations.length
      ? html`<p><strong>${stopping} of ${installations.length}</strong> ${installations.length === 1 ? "installation" : "installations"} would stop. Settings and data are kept, and a payment brings everything back in one step.</p>
<section class="card"><table class="stacks"><thead><tr><th scope="col">Module and scope</th><th scope="col">What happens</th><th scope="col">It stops</th><th scope="col">Visitors then see</th></tr></thead><tbody>${installations.map(row)}</tbody></table>${isComplete ? "" : html`<p class="soft">These are the first thousand.</p>`}</section>`
      : html`<p class="empty">Nothing that you pay for is installed anywhere, so nothing would change.</p>`
  }`;
}
