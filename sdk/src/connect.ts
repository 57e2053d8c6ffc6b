import type { InitMessage, PreparedPrint, ShellMessage, StoredMedia } from "@dramac/contracts";
import { PROTOCOL } from "@dramac/contracts/protocol";
import { applyAppearance } from "./appearance.ts";
import { createEmitter } from "./emitter.ts";
import { RequestFailed } from "./errors.ts";
import { handleLinks } from "./links.ts";
import type { ModuleEvents, ModuleHandle } from "./module-handle.ts";
import { createRequests } from "./requests.ts";
import { measure, observeSize } from "./resize.ts";
import { createCollection, type DocumentChange } from "./storage.ts";

const VERSION = "0.1.0";
/** A file takes longer than a call. */
const UPLOAD_MS = 60_000;
/** As long as a shell waits for a module: inside a shell, the shell gives up first and reports why. */
const CONNECT_MS = 15_000;

export interface ConnectOptions {
  /** Milliseconds until `connect` fails with `unreachable`; 15,000 unless given. */
  readonly timeoutMs?: number;
}

/**
 * Connects to the shell that runs this module. Resolves when the shell has answered with settings, context and permissions.
 * Call it once and as early as possible, because the visitor is waiting.
 *
 * @throws RequestFailed `unreachable` when no shell has answered after 15,000 ms, or `timeoutMs`: the document was opened by itself,
 * or in a frame of another page
 * @example const handle = await connect();
 */
export function connect({ timeoutMs = CONNECT_MS }: ConnectOptions = {}): Promise<ModuleHandle> {
  const { port1: port, port2 } = new MessageChannel();
  // Only a message with a Blob is cloned. Everything else is sent as JSON text, so the shell can measure and check it.
  const post = (message: object) => port.postMessage("blob" in message ? message : JSON.stringify(message));
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      port.close();
      reject(new RequestFailed("unreachable", "No shell answered. Open the module on a page that has it installed."));
    }, timeoutMs);
    reportErrors(post);
    port.onmessage = ({ data }) => {
      const init = JSON.parse(data as string) as ShellMessage;
      if (init.type !== "INIT") return;
      clearTimeout(timer);
      resolve(createHandle(init, port, post));
    };
    parent.postMessage({ type: "MODULE_READY", protocol: PROTOCOL, sdk: VERSION }, "*", [port2]);
  });
}

function createHandle(init: InitMessage, port: MessagePort, post: (message: object) => void): ModuleHandle {
  const { on, emit } = createEmitter<ModuleEvents>();
  const requests = createRequests(post, init.limits.requestMs);
  const subscriptions = new Map<string, Set<(change: DocumentChange) => void>>();
  const state = { ...init };
  let observed: (() => void) | undefined;

  applyAppearance(document, init);
  const actions = {
    navigate: (path: string) => post({ type: "NAVIGATE", path }),
    openLink: (url: string) => post({ type: "OPEN_LINK", url }),
  };
  const unlink = handleLinks(document, actions);
  const onKey = (event: KeyboardEvent) => {
    if (event.key === "Escape" && !event.defaultPrevented && state.context.open) post({ type: "PRESENT", action: "close" });
  };
  addEventListener("keydown", onKey);

  const receive: { [Type in ShellMessage["type"]]?: (message: never) => void } = {
    API_RESPONSE: requests.receive,
    API_DENIED: requests.receive,
    PING: () => post({ type: "PONG" }),
    SETTINGS_CHANGED: ({ settings }: { settings: Record<string, unknown> }) => {
      state.settings = settings;
      emit("settings", settings);
    },
    CONTEXT_CHANGED: (message: Extract<ShellMessage, { type: "CONTEXT_CHANGED" }>) => {
      applyAppearance(document, message);
      state.context = { ...state.context, ...message.context };
      if (message.theme) emit("theme", (state.theme = message.theme));
      if (message.locale) emit("locale", (state.locale = message.locale));
      emit("context", state.context);
    },
    EVENT: (message: ModuleEvents["event"]) => emit("event", message),
    CHANGED: (message: Extract<ShellMessage, { type: "CHANGED" }>) => {
      for (const listener of subscriptions.get(message.collection) ?? []) listener(message);
    },
    TEARDOWN: () => {
      emit("teardown", undefined);
      post({ type: "BYE" });
      requests.close();
      observed?.();
      unlink();
      removeEventListener("keydown", onKey);
    },
  };
  port.onmessage = ({ data }) => {
    const message = JSON.parse(data as string) as ShellMessage;
    (receive[message.type] as ((message: ShellMessage) => void) | undefined)?.(message);
  };

  function subscribe(collection: string, onChange: (change: DocumentChange) => void) {
    const listeners = subscriptions.get(collection) ?? new Set();
    if (!listeners.size) post({ type: "SUBSCRIBE", collection });
    subscriptions.set(collection, listeners.add(onChange));
    return () => {
      if (listeners.delete(onChange) && !listeners.size) post({ type: "UNSUBSCRIBE", collection });
    };
  }

  return {
    installation: init.installation,
    slug: init.module.slug,
    version: init.module.version,
    permissions: init.permissions,
    timeZone: init.timeZone,
    currency: init.currency,
    route: init.route,
    get settings() {
      return state.settings;
    },
    get context() {
      return state.context;
    },
    get theme() {
      return state.theme;
    },
    get locale() {
      return state.locale;
    },
    ready() {
      if (observed) return;
      const size = measure(document);
      post({ type: "READY", ...size });
      observed = observeSize(document, size, (now) => post({ type: "RESIZE", ...now }));
    },
    resize: (height, width) => post({ type: "RESIZE", height, width }),
    request: requests.request,
    storage: (collection) => createCollection(collection, requests.request, subscribe),
    email: async (template, fields) => {
      await requests.request("POST", "/email", { template, fields });
    },
    present: (action) => post({ type: "PRESENT", action }),
    ...actions,
    upload: (collection, blob, { name = "file", timeoutMs = UPLOAD_MS, ...options } = {}) =>
      requests.send((requestId) => ({ type: "UPLOAD", requestId, collection, name, mime: blob.type, blob }), { timeoutMs, ...options }) as Promise<StoredMedia>,
    print: async (page) => {
      const prepared = (await requests.request("POST", "/prints", { locale: document.documentElement.lang || undefined, ...page })) as PreparedPrint;
      actions.openLink(prepared.url);
      return prepared;
    },
    download: (name, blob) => post({ type: "DOWNLOAD", name, mime: blob.type, blob }),
    setRoute: (route) => post({ type: "ROUTE", route }),
    updateSettings: (settings) => requests.send((requestId) => ({ type: "SETTINGS_UPDATE", requestId, settings }), {}),
    updateConsent: (classes) => post({ type: "CONSENT_UPDATE", classes }),
    emit: (topic, detail) => post({ type: "EVENT", topic, detail }),
    track: (name, metadata) => post({ type: "TRACK", name, metadata }),
    on,
  };
}

/** Reports uncaught errors to the shell. An error before `ready()` is the reason why the module failed to start. */
function reportErrors(post: (message: object) => void): void {
  const report = (error: unknown) => {
    const { message = String(error), stack } = (error ?? {}) as Error;
    post({ type: "MODULE_ERROR", message: message.slice(0, 500), stack: stack?.slice(0, 4_000) });
  };
  addEventListener("error", (event) => report(event.error ?? event.message));
  addEventListener("unhandledrejection", (event) => report(event.reason));
}
