/**
 * Whether the visitor has just used the page; actions of modules need that. Firefox before 120 and Safari before 16.4 have no `userActivation`:
 * there the shell's own check has to suffice.
 * https://html.spec.whatwg.org/multipage/interaction.html#the-useractivation-interface
 */
const isActivated = (): boolean => navigator.userActivation?.isActive ?? true;

/**
 * Opens an https, mailto or tel link in a new tab, without opener and referrer. Other links are ignored.
 * @param own the origin of the module's frame, which serves its print pages; on a developer's machine it uses http
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
 * Goes to another path of this host. The page's router can take over: `dramac:navigate` is cancelable,
 * and `detail.path` is the path.
 */
export function navigate(element: Element, path: string): boolean {
  if (!isActivated() || !path.startsWith("/") || !URL.canParse(path, location.origin)) return false;
  const url = new URL(path, location.origin);
  const target = url.pathname + url.search + url.hash;
  // A path that begins with two slashes would name another host when it is resolved again.
  if (url.origin !== location.origin || target.startsWith("//")) return false;
  const event = new CustomEvent("dramac:navigate", { detail: { path: target }, bubbles: true, composed: true, cancelable: true });
  if (element.dispatchEvent(event)) location.assign(url.href);
  return true;
}

const EXTENSIONS: Readonly<Record<string, string>> = { plain: "txt", calendar: "ics", jpeg: "jpg" };

/** Saves a file of a module. The shell has checked its type; the file name gets the extension of that type. */
export function download(name: string, blob: unknown): boolean {
  if (!isActivated() || !(blob instanceof Blob)) return false;
  const link = document.createElement("a");
  link.href = URL.createObjectURL(blob);
  const [, kind = ""] = /\/(\w+)/.exec(blob.type) ?? [];
  const extension = `.${EXTENSIONS[kind] ?? kind}`;
  link.download = name.replace(/[\\/:*?"<>|]/g, "_") + (name.endsWith(extension) ? "" : extension);
  link.click();
  // WebKit and Gecko read the blob after the click has returned: https://bugs.webkit.org/show_bug.cgi?id=211234, https://bugzilla.mozilla.org/show_bug.cgi?id=1282407
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  return true;
}
