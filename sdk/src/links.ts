export interface LinkActions {
  navigate(path: string): void;
  openLink(url: string): void;
}

/**
 * Turns clicks on ordinary links into requests to the page, because a module is removed when its frame navigates.
 * `#…` and empty links scroll inside the module, because `<base>` would make them navigate.
 */
export function handleLinks(page: Document, actions: LinkActions): () => void {
  function onClick(event: MouseEvent): void {
    if (event.defaultPrevented) return;
    const link = (event.target as Element | null)?.closest?.("a[href],area[href]");
    const href = link?.getAttribute("href")?.trim();
    if (!link || href === undefined) return;
    event.preventDefault();
    if (href === "" || href.startsWith("#")) {
      page.getElementById(decodeURIComponent(href.slice(1)))?.scrollIntoView({ block: "nearest" });
    } else if (/^(?:https:|mailto:|tel:)/i.test(href)) actions.openLink(href);
    else if (href.startsWith("/") && !href.startsWith("//")) actions.navigate(href);
  }
  page.addEventListener("click", onClick);
  return () => page.removeEventListener("click", onClick);
}
