import type { BlobMessage, ModuleMessage, ShellConfiguration, ShellToPageMessage } from "@dramac/contracts";
import type { Broker } from "./broker.ts";
import type { ModuleLink } from "./module-link.ts";
import type { Size, SizeGovernor } from "./size-governor.ts";
import type { Subscriptions } from "./subscriptions.ts";
import type { Usage } from "./usage.ts";

type Incoming = ModuleMessage | BlobMessage;
type Handlers = { [Type in Incoming["type"]]: (message: Extract<Incoming, { type: Type }>) => void };

/** What a module says of its own course. */
export interface ModuleLifecycle {
  ready(size: Size): void;
  failed(message: string): void;
  pong(): void;
  bye(): void;
}

const DOWNLOADS = /^(text\/(csv|calendar)|application\/(json|pdf)|image\/(png|jpeg|webp|gif))(;|$)/;

/** What each message of port B does. Looked up in a Map, so that no inherited name is ever a handler. */
export function createHandlers(
  { sends }: ShellConfiguration["topics"],
  { deny }: ModuleLink,
  { may, call, upload, cancel }: Broker,
  subscriptions: Subscriptions,
  { want }: SizeGovernor,
  usage: Usage,
  toPage: (message: ShellToPageMessage) => void,
  lifecycle: ModuleLifecycle,
) {
  /** In the shell a click on the page does not count, only one on the module: activation reaches up, never down. */
  const deliberately = (message: ShellToPageMessage) => navigator.userActivation.isActive && toPage(message);
  const handlers: Handlers = {
    READY: lifecycle.ready,
    RESIZE: want,
    MODULE_ERROR({ message, stack }) {
      usage.report("module_error", message, stack);
      lifecycle.failed(message);
    },
    API_REQUEST: call,
    API_CANCEL: ({ requestId }) => cancel(requestId),
    SETTINGS_UPDATE: ({ requestId, settings }) => call({ requestId, method: "PATCH", endpoint: "/settings", data: settings }),
    SUBSCRIBE: ({ collection }) => may("access:storage") && subscriptions.add(collection),
    UNSUBSCRIBE: ({ collection }) => subscriptions.remove(collection),
    UPLOAD: upload,
    DOWNLOAD(message) {
      if (DOWNLOADS.test(message.mime) && message.blob.type === message.mime) deliberately(message);
      else deny("unsupported_media_type");
    },
    PRESENT: (message) => (/^[oe]/.test(message.action) ? deliberately : toPage)(message),
    NAVIGATE: deliberately,
    OPEN_LINK: deliberately,
    ROUTE: toPage,
    CONSENT_UPDATE: (message) => may("write:consent") && toPage(message),
    EVENT(message) {
      if (sends.includes(message.topic)) toPage(message);
      else deny("permission_denied", undefined, `Declare the topic ${message.topic} in topics.sends.`);
    },
    TRACK: ({ name, metadata }) => usage.add({ type: "action", name, metadata: metadata as Record<string, string> | undefined }),
    PONG: lifecycle.pong,
    BYE: lifecycle.bye,
  };
  return new Map(Object.entries(handlers)) as ReadonlyMap<string, (message: Incoming) => void>;
}
