import type { InitialFacts, InitMessage, ModuleContext, PageContext } from "@dramac/contracts";

/**
 * Reduces the page's context to the part that the module may know: path, title and referrer need `read:site`.
 * A field that the page left out is `undefined`, which JSON omits.
 */
export function moduleContext({ permissions }: InitialFacts, { visible, open, path, title, referrer }: Partial<PageContext>): ModuleContext {
  return (permissions.includes("read:site") ? { visible, open, path, title, referrer } : { visible, open }) as ModuleContext;
}

export function createInit(init: InitialFacts, page: PageContext, protocol: number): InitMessage {
  const { theme, locale, direction, route } = page;
  const { timeZone } = Intl.DateTimeFormat().resolvedOptions();
  return { ...init, type: "INIT", protocol, context: { ...init.context, ...moduleContext(init, page) }, theme, locale, direction, route, timeZone };
}
