import type { BlobMessage, ModuleMessage, ShellToPageMessage } from "@dramac/contracts";
import type { Broker } from "./broker.ts";
import type { ModuleLink } from "./module-link.ts";
import type { ShellContext } from "./shell-context.ts";
import type { Subscriptions } from "./subscriptions.ts";

export type Incoming = ModuleMessage | BlobMessage;
/** What the shell does with each message of port B. */
export type Handlers = { [Type in Incoming["type"]]: (message: Extract<Incoming, { type: Type }>) => void };

/** Messages that ask the API for something. */
export function createApiHandlers({ may, call, upload, cancel }: Broker, { add, remove }: Subscriptions) {
  return {
    API_REQUEST: call,
    API_CANCEL: ({ requestId }) => cancel(requestId),
    SETTINGS_UPDATE: ({ requestId, settings }) => call({ requestId, method: "PATCH", endpoint: "/settings", data: settings }),
    SUBSCRIBE: ({ collection }) => may("access:storage") && add(collection),
    UNSUBSCRIBE: ({ collection }) => remove(collection),
    UPLOAD: upload,
  } satisfies Partial<Handlers>;
}

const DOWNLOADS = /^(text\/(csv|calendar)|application\/(json|pdf)|image\/(png|jpeg|webp|gif))(;|$)/;

/** Messages that ask the page for something. */
export function createPageHandlers({ topics }: ShellContext, { deny }: ModuleLink, { may }: Broker, toPage: (message: ShellToPageMessage) => void) {
  /**
   * Only a gesture inside the module passes. A user activation reaches the ancestors of a frame and never its
   * cross-origin descendants, so a click on the host page does not activate the shell.
   * https://html.spec.whatwg.org/multipage/interaction.html#user-activation-processing-model
   */
  const afterGesture = (message: ShellToPageMessage) => navigator.userActivation.isActive && toPage(message);
  return {
    DOWNLOAD(message) {
      if (DOWNLOADS.test(message.mime) && message.blob.type === message.mime) afterGesture(message);
      else deny("unsupported_media_type");
    },
    PRESENT: (message) => (/^[oe]/.test(message.action) ? afterGesture : toPage)(message),
    NAVIGATE: afterGesture,
    OPEN_LINK: afterGesture,
    ROUTE: toPage,
    CONSENT_UPDATE: (message) => may("write:consent") && toPage(message),
    EVENT(message) {
      if (topics.sends.includes(message.topic)) toPage(message);
      else deny("permission_denied", undefined, `Declare the topic ${message.topic} in topics.sends.`);
    },
  } satisfies Partial<Handlers>;
}
