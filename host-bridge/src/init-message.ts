import type { InitMessage, Limits, ModuleContext, PageContext, ShellConfiguration } from "@dramac/contracts";

/** What the page says of itself, cut to what the module may know: path, title and referrer need `read:site`. */
export function moduleContext(configuration: ShellConfiguration, page: Partial<PageContext>): Partial<ModuleContext> {
  const mayRead = configuration.permissions.includes("read:site");
  const context: { -readonly [Name in keyof ModuleContext]?: ModuleContext[Name] } = {};
  if (page.visible !== undefined) context.visible = page.visible;
  if (page.open !== undefined) context.open = page.open;
  if (mayRead && page.path !== undefined) context.path = page.path;
  if (mayRead && page.title !== undefined) context.title = page.title;
  if (mayRead && page.referrer !== undefined) context.referrer = page.referrer;
  return context;
}

export function createInit(configuration: ShellConfiguration, page: PageContext, protocol: number, limits: Limits): InitMessage {
  return {
    type: "INIT",
    protocol,
    installation: configuration.installation,
    module: { slug: configuration.module.slug, version: configuration.module.version },
    settings: configuration.settings,
    context: { visible: true, open: false, ...configuration.context, ...moduleContext(configuration, page) },
    permissions: configuration.permissions,
    theme: page.theme,
    locale: page.locale,
    direction: page.direction,
    timeZone: Intl.DateTimeFormat().resolvedOptions().timeZone,
    currency: configuration.currency,
    route: page.route,
    limits,
  };
}

/** For a plain iframe that nobody mounts: what the shell can see by itself. */
export function barePage({ surface }: ShellConfiguration): PageContext {
  return {
    path: "",
    title: "",
    referrer: "",
    locale: surface.locale,
    direction: "ltr",
    theme: surface.theme,
    visible: true,
    open: true,
    route: "",
    consent: {},
  };
}
