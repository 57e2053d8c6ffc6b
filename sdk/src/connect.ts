import type {
  ConsentClass,
  InitMessage,
  Method,
  ModuleContext,
  Permission,
  PreparedPrint,
  PrintPage,
  ShellMessage,
  StoredMedia,
  Theme,
} from "@dramac/contracts";
import { applyAppearance } from "./appearance.ts";
import { createEmitter } from "./emitter.ts";
import { handleLinks } from "./links.ts";
import { createRequests, type RequestOptions } from "./requests.ts";
import { measure, observeSize } from "./resize.ts";
import { type Collection, createCollection } from "./storage.ts";

const VERSION = "0.1.0";
/** A file takes longer than a call. */
const UPLOAD_MS = 60_000;

interface Events {
  settings: Readonly<Record<string, unknown>>;
  context: ModuleContext;
  theme: Theme;
  locale: string;
  event: { topic: string; detail?: unknown; sender: string };
  /** The module leaves the page within 500 ms. */
  teardown: undefined;
}

/** What a module holds of the page and the platform. Every call is checked on the other side. */
export interface ModuleHandle {
  readonly installation: string;
  readonly slug: string;
  readonly version: string;
  readonly settings: Readonly<Record<string, unknown>>;
  readonly context: ModuleContext;
  readonly permissions: readonly Permission[];
  readonly theme: Theme;
  readonly locale: string;
  readonly timeZone: string;
  readonly currency: string;
  /** Where a multi-page module was, from the page's address. */
  readonly route: string;
  /** Say it once, when the first picture is drawn; heights follow by themselves from then on. */
  ready(): void;
  /** Sets the closed size of a floating module, or a height by hand. CSS pixels. */
  resize(height: number, width?: number): void;
  request(method: Method, endpoint: string, data?: unknown, options?: RequestOptions): Promise<unknown>;
  storage<Data>(collection: string): Collection<Data>;
  /** Sends a template of the manifest with values for its fields. */
  email(template: string, fields: Record<string, string>): Promise<void>;
  /** Opening needs a click or a key press of the visitor; closing does not. */
  present(action: "open" | "close" | "expand" | "collapse"): void;
  navigate(path: string): void;
  openLink(url: string): void;
  /**
   * Keeps a file under a collection's rules: images are drawn anew, others only saved by whoever opens them.
   * Resolves with the address that it is served at. One minute unless `timeoutMs` says otherwise, 10 MiB at most.
   */
  upload(collection: string, file: Blob, options?: RequestOptions & { readonly name?: string }): Promise<StoredMedia>;
  download(name: string, file: Blob): void;
  /**
   * Opens a page of its own in a new tab, and the browser's dialog that prints it. Needs `access:storage` and a click.
   * Resolves with the page's address, good for ten minutes: offer it as a link, for a browser may keep a tab from opening.
   */
  print(page: PrintPage): Promise<PreparedPrint>;
  setRoute(route: string): void;
  updateSettings(settings: Record<string, unknown>): Promise<unknown>;
  updateConsent(classes: { [Class in ConsentClass]?: boolean }): void;
  emit(topic: string, detail?: unknown): void;
  track(name: string, metadata?: Record<string, unknown>): void;
  on<Name extends keyof Events>(name: Name, listener: (value: Events[Name]) => void): () => void;
}

/**
 * Says hello to the shell and resolves once it has answered with settings, context and permissions.
 * Call it once, as early as possible: the visitor waits for it.
 */
export function connect(): Promise<ModuleHandle> {
  const { port1: port, port2 } = new MessageChannel();
  // Only a Blob travels as it is; all else as text, which costs nothing and has no surprises in it.
  const post = (message: object) => port.postMessage("blob" in message ? message : JSON.stringify(message));
  return new Promise((resolve) => {
    reportErrors(post);
    port.onmessage = ({ data }) => {
      const init = JSON.parse(data as string) as ShellMessage;
      if (init.type === "INIT") resolve(createHandle(init, port, post));
    };
    parent.postMessage({ type: "MODULE_READY", protocol: [1, 1], sdk: VERSION }, "*", [port2]);
  });
}

function createHandle(init: InitMessage, port: MessagePort, post: (message: object) => void): ModuleHandle {
  const { on, emit } = createEmitter<Events>();
  const requests = createRequests(post, init.limits.requestMs);
  const subscriptions = new Map<string, Set<(change: { id: string; op: "insert" | "update" | "delete" }) => void>>();
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
    EVENT: (message: Events["event"]) => emit("event", message),
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

  function subscribe(collection: string, onChange: (change: { id: string; op: "insert" | "update" | "delete" }) => void) {
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

/** Tells the shell of errors that nobody caught; before `ready()` they are why a module failed to start. */
function reportErrors(post: (message: object) => void): void {
  const report = (error: unknown) => {
    const { message = String(error), stack } = (error ?? {}) as Error;
    post({ type: "MODULE_ERROR", message: message.slice(0, 500), stack: stack?.slice(0, 4_000) });
  };
  addEventListener("error", (event) => report(event.error ?? event.message));
  addEventListener("unhandledrejection", (event) => report(event.reason));
}
