import type { InitMessage, ShellMessage, Theme } from "@dramac/contracts";

/** Sets theme, language and direction on the document, for the module's stylesheet to use. */
export function applyAppearance(page: Document, from: InitMessage | Extract<ShellMessage, { type: "CONTEXT_CHANGED" }>): void {
  const root = page.documentElement;
  if (from.locale) root.lang = from.locale;
  if (from.type === "INIT") root.dir = from.direction;
  if (from.theme) applyTheme(root, from.theme);
}

function applyTheme(root: HTMLElement, theme: Theme): void {
  root.style.colorScheme = theme.scheme === "auto" ? "light dark" : theme.scheme;
  root.dataset.scheme = theme.scheme;
  if (theme.accent) root.style.setProperty("--accent", theme.accent);
  if (theme.font) root.style.setProperty("--font", theme.font);
}
