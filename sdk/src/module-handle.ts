import type { ConsentClass, Method, ModuleContext, Permission, PreparedPrint, PrintPage, StoredMedia, Theme } from "@dramac/contracts";
import type { RequestOptions } from "./requests.ts";
import type { Collection } from "./storage.ts";

/** The events of {@link ModuleHandle.on}, by name, with the value that a listener gets. */
export interface ModuleEvents {
  /** The public settings have changed. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** The path, the visibility or the open state has changed. */
  readonly context: ModuleContext;
  readonly theme: Theme;
  /** A BCP 47 language tag. */
  readonly locale: string;
  /** A message of the page or of another module, on a topic that the manifest lists in `topics.hears`. `sender` is a slug, or `page`. */
  readonly event: { readonly topic: string; readonly detail?: unknown; readonly sender: string };
  /** The module is removed from the page within 500 ms. Calls that begin now may not be answered. */
  readonly teardown: undefined;
}

export interface UploadOptions extends RequestOptions {
  /** The file's name, 1 to 200 characters; `file` unless given. */
  readonly name?: string;
}

/**
 * What a module can see and do. The shell and the API check every call again.
 *
 * Methods that return a promise fail with `RequestFailed`. Besides the codes that a method names, each of them can fail with
 * `permission_denied` (`permission` then names what is missing), `rate_limited` (more than 16 calls at once, or more than
 * 20 messages a second for long), `timeout` (10,000 ms unless `timeoutMs` says otherwise), `cancelled` (by `signal`),
 * `unreachable`, `unavailable`, `internal`, `token_expired` and `bridge_closed` (the module was removed from the page).
 * A call carries at most 65,536 bytes of JSON.
 *
 * Methods without a promise fail silently or with a warning in the console, as each of them says.
 */
export interface ModuleHandle {
  /** The installation's id, a UUID. No permission. */
  readonly installation: string;
  /** The module's slug. No permission. */
  readonly slug: string;
  /** The version that runs, for example `1.4.2`. No permission. */
  readonly version: string;
  /** The settings that the manifest lists in `publicSettings`. It follows changes; `on("settings", …)` tells when. No permission. */
  readonly settings: Readonly<Record<string, unknown>>;
  /** Where the module runs. It follows changes. `path`, `title` and `referrer` need `read:site`; the rest needs no permission. */
  readonly context: ModuleContext;
  /** The permissions that the manifest asks for and the installation was granted. For a member the API may allow more than this list. */
  readonly permissions: readonly Permission[];
  /** The page's colours and font. It follows changes, and the SDK already applies them to the document. No permission. */
  readonly theme: Theme;
  /** The page's language, a BCP 47 tag, or `""`. It follows changes, and the SDK already sets it as `lang`. No permission. */
  readonly locale: string;
  /** The site's time zone, an IANA name. No permission. */
  readonly timeZone: string;
  /** ISO 4217 code of the agency's currency. No permission. */
  readonly currency: string;
  /** The route that the page's address had when the module started; see {@link setRoute}. No permission. */
  readonly route: string;
  /**
   * Tells the page that the first view is drawn. From then on the frame follows the height of the content. No permission.
   *
   * Call it within 15,000 ms of the start: a module that is not ready by then is removed, and reported with `timeout`.
   * A second call does nothing.
   */
  ready(): void;
  /**
   * Sets the closed size of a floating module, or the height of an inline one by hand. No permission.
   *
   * CSS pixels, 0 to 20,000; a floating module takes at most 320 × 320 while closed, an inline one its presentation's `maxHeight`.
   * More than 5 calls a second are merged.
   */
  resize(height: number, width?: number): void;
  /**
   * Calls any brokered operation. Which permission it needs depends on the operation: `GET /site` needs `read:site`.
   *
   * @param endpoint a path of at most 500 characters, each segment percent-encoded
   * @returns the operation's answer
   * @throws RequestFailed `unknown_operation`, `principal_too_low`, `surface_not_allowed`, `validation_failed`, `bad_request`, and the operation's own codes
   */
  request(method: Method, endpoint: string, data?: unknown, options?: RequestOptions): Promise<unknown>;
  /**
   * Opens one of the manifest's collections. Its methods need `access:storage`. Opening sends nothing.
   *
   * @throws RequestFailed with the first call: `unknown_collection` when the manifest does not declare it, `collection_denied`
   * when its rules do not allow the action to this visitor or member
   */
  storage<Data>(collection: string): Collection<Data>;
  /**
   * Sends an e-mail template of the manifest to the installation's verified recipients. Needs `send:email`.
   *
   * Resolves when the mail is queued. An installation sends at most 500 mails a day.
   * @param fields values for the template's fields, at most 5,000 characters each
   * @throws RequestFailed `not_found` for a template that the manifest does not declare, `validation_failed` for an unknown field,
   * `recipient_not_allowed` without a verified recipient, `quota_exceeded`
   */
  email(template: string, fields: Record<string, string>): Promise<void>;
  /**
   * Opens or closes a floating or modal module. No permission; opening needs a click or key press of the visitor inside the
   * module, and is ignored without one. `context.open` tells the result.
   */
  present(action: "open" | "close" | "expand" | "collapse"): void;
  /**
   * Goes to another path of the page's host; the page's own router may take over. No permission, but a click or key press of the
   * visitor inside the module. Ignored without one, and for anything but a path of at most 2,000 characters.
   */
  navigate(path: string): void;
  /**
   * Opens an `https:`, `mailto:` or `tel:` link in a new tab. No permission, but a click or key press of the visitor inside the
   * module. Ignored without one, and for other links. At most 2,000 characters.
   */
  openLink(url: string): void;
  /**
   * Stores a file under the rules of a collection. Needs `access:storage` and the collection's `create`.
   *
   * At most 10 MiB; JPEG, PNG, WebP, PDF, JSON, CSV or plain text. Images are encoded again, with edges of at most 4,096 pixels;
   * other files are only served as downloads. Takes at most 60,000 ms unless `timeoutMs` says otherwise.
   * @returns the address that it is served at, with hash, type and size in bytes
   * @throws RequestFailed `unknown_collection`, `collection_denied`, `unsupported_media_type`, `payload_too_large`, `quota_exceeded`
   */
  upload(collection: string, file: Blob, options?: UploadOptions): Promise<StoredMedia>;
  /**
   * Offers a file to the visitor: CSV, iCalendar, JSON, PDF, PNG, JPEG, WebP or GIF, at most 10 MiB. No permission, but a click or
   * key press of the visitor inside the module. Another type is refused with `unsupported_media_type` in the console.
   * @param name 1 to 200 characters; the extension follows the type
   */
  download(name: string, file: Blob): void;
  /**
   * Opens a page in a new tab with the browser's print dialog. Needs `access:storage`, and a click or key press of the visitor.
   *
   * @returns the page's address, which works for ten minutes. Show it as a link too, because a browser may block the new tab.
   * @throws RequestFailed `validation_failed`, `quota_exceeded` while 200 pages of the installation are waiting
   */
  print(page: PrintPage): Promise<PreparedPrint>;
  /** Keeps the module's route in the page's address, so that a link leads back to it. No permission. At most 500 characters. */
  setRoute(route: string): void;
  /**
   * Merges changes into the installation's settings. Needs `write:settings` and a client member.
   *
   * @returns the public settings after the change
   * @throws RequestFailed `principal_too_low`, `surface_not_allowed`, `wrong_install_level`, `validation_failed`, `payload_too_large`
   */
  updateSettings(settings: Record<string, unknown>): Promise<unknown>;
  /** Records the visitor's consent. Needs `write:consent`; without it `permission_denied` is written to the console. */
  updateConsent(classes: { [Class in ConsentClass]?: boolean }): void;
  /**
   * Sends an event to the page and to the modules that listen to its topic. No permission, but the topic has to be in the manifest's
   * `topics.sends`; another one is refused with `permission_denied` in the console. A topic has at most 80 characters.
   */
  emit(topic: string, detail?: unknown): void;
  /** Counts a usage event. No permission. `name` has 1 to 80 characters, `metadata` at most 1,024 characters as JSON. */
  track(name: string, metadata?: Record<string, unknown>): void;
  /** Calls the listener for every event of a name. @returns a function that removes the listener; calling it twice is harmless */
  on<Name extends keyof ModuleEvents>(name: Name, listener: (value: ModuleEvents[Name]) => void): () => void;
}
