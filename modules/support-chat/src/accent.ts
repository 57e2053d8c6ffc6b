/** Applies the module's accent colour. Without one the site's accent stays, which the SDK has set on the root. */
export function createAccent(root: HTMLElement) {
  const ofSite = root.style.getPropertyValue("--accent");
  return function use(accent: unknown): void {
    const wanted = typeof accent === "string" && /^#[0-9a-f]{6}$/i.test(accent) ? accent : ofSite;
    if (wanted) root.style.setProperty("--accent", wanted);
    else root.style.removeProperty("--accent");
  };
}
