import type { BlobMessage, ModuleMessage, Permission, ShellMessage, ShellToPageMessage } from "@dramac/contracts";
import type { Size } from "./size-governor.ts";

type Incoming = ModuleMessage | BlobMessage;
type Of<Type extends Incoming["type"]> = Extract<Incoming, { type: Type }>;

export interface HandlerActions {
  toPage(message: ShellToPageMessage): void;
  toModule(message: ShellMessage): void;
  isAllowed(permission: Permission): boolean;
  readonly sends: readonly string[];
  ready(size: Size): void;
  resize(size: Size): void;
  moduleError(message: string, stack: string | undefined): void;
  call(request: Of<"API_REQUEST">): void;
  cancel(requestId: number): void;
  upload(message: Of<"UPLOAD">): void;
  subscribe(collection: string, on: boolean): void;
  track(name: string, metadata: Record<string, unknown> | undefined): void;
  pong(): void;
  bye(): void;
}

const DOWNLOADS = /^(?:text\/csv|text\/calendar|application\/json|application\/pdf|image\/(?:png|jpeg|webp|gif))(?:;|$)/;

/** What each message of port B does. Looked up in a Map, so that no inherited name is ever a handler. */
export function createHandlers(actions: HandlerActions): ReadonlyMap<string, (message: never) => void> {
  const { toPage, toModule, isAllowed } = actions;

  function denied(permission: Permission, requestId?: number): void {
    const id = requestId === undefined ? {} : { requestId };
    const message = `Ask for ${permission} in the manifest and have it granted.`;
    toModule({ type: "API_DENIED", code: "permission_denied", message, permission, ...id });
  }

  const handlers: { [Type in Incoming["type"]]: (message: Of<Type>) => void } = {
    READY: actions.ready,
    RESIZE: actions.resize,
    MODULE_ERROR: ({ message, stack }) => actions.moduleError(message, stack),
    API_REQUEST: actions.call,
    API_CANCEL: ({ requestId }) => actions.cancel(requestId),
    SUBSCRIBE: ({ collection }) => (isAllowed("access:storage") ? actions.subscribe(collection, true) : denied("access:storage")),
    UNSUBSCRIBE: ({ collection }) => actions.subscribe(collection, false),
    SETTINGS_UPDATE: ({ requestId, settings }) => actions.call({ type: "API_REQUEST", requestId, method: "PATCH", endpoint: "/settings", data: settings }),
    UPLOAD: (message) => (isAllowed("access:storage") ? actions.upload(message) : denied("access:storage", message.requestId)),
    DOWNLOAD: ({ name, mime, blob }) => {
      if (DOWNLOADS.test(mime) && blob.type === mime) toPage({ type: "DOWNLOAD", name, mime, blob });
      else toModule({ type: "API_DENIED", code: "unsupported_media_type", message: "Downloads are csv, ics, json, pdf or images." });
    },
    PRESENT: toPage,
    NAVIGATE: toPage,
    OPEN_LINK: toPage,
    ROUTE: toPage,
    CONSENT_UPDATE: (message) => (isAllowed("write:consent") ? toPage(message) : denied("write:consent")),
    EVENT: (message) => {
      if (actions.sends.includes(message.topic)) toPage(message);
      else toModule({ type: "API_DENIED", code: "permission_denied", message: `Declare the topic ${message.topic} in topics.sends.` });
    },
    TRACK: ({ name, metadata }) => actions.track(name, metadata),
    PONG: actions.pong,
    BYE: actions.bye,
  };
  return new Map(Object.entries(handlers));
}
