/** What modules may do to the page itself, each under the visitor's own activation. */

const isActivated = (): boolean => navigator.userActivation?.isActive ?? true;

/**
 * Opens an https, mailto or tel link in a new tab that knows nothing of this one. Everything else is ignored.
 * @param own the origin of the module's frame, where its pages to print are: with http on a developer's machine
 */
export function openLink(address: string, own: string): boolean {
  if (!isActivated() || !URL.canParse(address)) return false;
  const { protocol, origin, href, username, password } = new URL(address);
  const isOwn = protocol === "http:" && origin === own;
  if (!(isOwn || ["https:", "mailto:", "tel:"].includes(protocol)) || username || password) return false;
  open(href, "_blank", "noopener,noreferrer");
  return true;
}

/**
 * Goes to another path of this host. The page's own router may take it: `dramac:navigate` is cancelable,
 * its `detail.path` says where.
 */
export function navigate(element: Element, path: string): boolean {
  if (!isActivated() || !path.startsWith("/") || !URL.canParse(path, location.origin)) return false;
  const url = new URL(path, location.origin);
  const target = url.pathname + url.search + url.hash;
  // A path of two slashes would name another host to whoever resolves it again.
  if (url.origin !== location.origin || target.startsWith("//")) return false;
  const event = new CustomEvent("dramac:navigate", { detail: { path: target }, bubbles: true, composed: true, cancelable: true });
  if (element.dispatchEvent(event)) location.assign(url.href);
  return true;
}

const EXTENSIONS: Readonly<Record<string, string>> = { plain: "txt", calendar: "ics", jpeg: "jpg" };

/** Saves a file that a module made; the shell has checked its type, and the name says no other. */
export function download(name: string, blob: unknown): boolean {
  if (!isActivated() || !(blob instanceof Blob)) return false;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  const [, kind = ""] = /\/(\w+)/.exec(blob.type) ?? [];
  const extension = `.${EXTENSIONS[kind] ?? kind}`;
  link.download = name.replace(/[\\/:*?"<>|]/g, "_") + (name.endsWith(extension) ? "" : extension);
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  return true;
}
