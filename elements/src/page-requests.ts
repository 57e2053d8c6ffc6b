import type { PageMessage, PlannedModule, ShellToPageMessage } from "@dramac/contracts";
import { download, navigate, openLink } from "./page-actions.ts";
import { writeRoute } from "./page-context.ts";
import type { Runtime } from "./runtime-state.ts";

/** Messages that ask something of the page; the others concern the mount itself. */
type PageRequest = Exclude<ShellToPageMessage, { type: "STATE" | "SIZE" | "PRESENT" }>;

/** Does what a module asks of the page, and answers where an answer is expected. */
export function handlePageRequest(
  message: PageRequest,
  { element, module, runtime, send }: { element: HTMLElement; module: PlannedModule; runtime: Runtime; send(message: PageMessage): void },
): void {
  switch (message.type) {
    case "NAVIGATE":
      return void navigate(element, message.path);
    case "OPEN_LINK":
      return void openLink(message.url, new URL(module.frame).origin);
    case "DOWNLOAD":
      return void download(message.name, message.blob);
    case "ROUTE":
      return writeRoute(module.slug, message.route);
    case "CONSENT_UPDATE":
      return runtime.updateConsent(message.classes);
    case "EVENT":
      return runtime.event(module, message.topic, message.detail);
    case "VISITOR_ASK":
      return void Promise.all([runtime.credentials.ask(), runtime.identity.ask(module.installation)]).then(([credential, assertion]) =>
        send({ type: "VISITOR", credential, assertion }),
      );
    case "VISITOR_KEEP":
      return runtime.credentials.keep(message.credential);
    default:
      message satisfies never;
  }
}
