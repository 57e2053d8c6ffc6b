import type { InitialFacts, InitMessage, ModuleContext, PageContext, ShellConfiguration } from "@dramac/contracts";

/** What the page says of itself, cut to what the module may know: path, title and referrer need `read:site`. */
export function moduleContext({ permissions }: InitialFacts, page: Partial<PageContext>): Partial<ModuleContext> {
  const names = permissions.includes("read:site") ? (["visible", "open", "path", "title", "referrer"] as const) : (["visible", "open"] as const);
  return Object.fromEntries(names.filter((name) => page[name] !== undefined).map((name) => [name, page[name]]));
}

export function createInit(init: InitialFacts, page: PageContext, protocol: number): InitMessage {
  const { theme, locale, direction, route } = page;
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  const context = { visible: true, open: false, ...init.context, ...moduleContext(init, page) };
  return { ...init, type: "INIT", protocol, context, theme, locale, direction, route, timeZone };
}

/** For a plain iframe that nobody mounts: what the shell can see by itself. */
export function barePage({ locale, theme }: ShellConfiguration["surface"]): PageContext {
  return { path: "", title: "", referrer: "", locale, direction: "ltr", theme, visible: true, open: true, route: "", consent: {} };
}
