/** The module's own accent wins over the site's, which the theme has put on the root already. */
export function createAccent(root: HTMLElement) {
  const ofSite = root.style.getPropertyValue("--accent");
  return function use(accent: unknown): void {
    const wanted = typeof accent === "string" && /^#[0-9a-f]{6}$/i.test(accent) ? accent : ofSite;
    if (wanted) root.style.setProperty("--accent", wanted);
    else root.style.removeProperty("--accent");
  };
}
