import type { BlobMessage, ModuleMessage, ShellToPageMessage } from "@dramac/contracts";
import type { Broker } from "./broker.ts";
import type { Size, SizeGovernor } from "./size-governor.ts";
import type { Subscriptions } from "./subscriptions.ts";
import type { Usage } from "./usage.ts";

type Incoming = ModuleMessage | BlobMessage;
type Handlers = { [Type in Incoming["type"]]: (message: Extract<Incoming, { type: Type }>) => void };

export interface HandlerParts {
  readonly broker: Broker;
  readonly subscriptions: Subscriptions;
  readonly sizes: SizeGovernor;
  readonly usage: Usage;
  /** The topics that the manifest declares to send. */
  readonly sends: readonly string[];
  toPage(message: ShellToPageMessage): void;
  onReady(size: Size): void;
  onError(message: string): void;
  onPong(): void;
  onBye(): void;
}

const DOWNLOADS = /^(?:text\/(?:csv|calendar)|application\/(?:json|pdf)|image\/(?:png|jpeg|webp|gif))(?:;|$)/;

/** What each message of port B does. Looked up in a Map, so that no inherited name is ever a handler. */
export function createHandlers({ broker, subscriptions, sizes, usage, sends, toPage, onReady, onError, onPong, onBye }: HandlerParts) {
  const { may, deny, call } = broker;
  const handlers: Handlers = {
    READY: onReady,
    RESIZE: sizes.want,
    MODULE_ERROR({ message, stack }) {
      usage.add({ type: "error", name: message.slice(0, 80) });
      usage.report("module_error", message, stack);
      onError(message);
    },
    API_REQUEST: call,
    API_CANCEL: ({ requestId }) => broker.cancel(requestId),
    SETTINGS_UPDATE: ({ requestId, settings }) => call({ type: "API_REQUEST", requestId, method: "PATCH", endpoint: "/settings", data: settings }),
    SUBSCRIBE: ({ collection }) => may("access:storage") && subscriptions.add(collection),
    UNSUBSCRIBE: ({ collection }) => subscriptions.remove(collection),
    UPLOAD: broker.upload,
    DOWNLOAD(message) {
      if (DOWNLOADS.test(message.mime) && message.blob.type === message.mime) toPage(message);
      else deny("unsupported_media_type", "Downloads are csv, ics, json, pdf or images.");
    },
    PRESENT: toPage,
    NAVIGATE: toPage,
    OPEN_LINK: toPage,
    ROUTE: toPage,
    CONSENT_UPDATE: (message) => may("write:consent") && toPage(message),
    EVENT(message) {
      if (sends.includes(message.topic)) toPage(message);
      else deny("permission_denied", `Declare the topic ${message.topic} in topics.sends.`);
    },
    TRACK: ({ name, metadata }) => usage.add({ type: "action", name, metadata: metadata as Record<string, string> | undefined }),
    PONG: onPong,
    BYE: onBye,
  };
  return new Map(Object.entries(handlers)) as ReadonlyMap<string, (message: Incoming) => void>;
}
