import type { Consent, PageContext, Plan, Theme } from "@dramac/contracts";

/** The page's context for all shells. */
export function readPage(surface: Plan["surface"], consent: Consent): Omit<PageContext, "open" | "route"> {
  const root = document.documentElement;
  return {
    path: location.pathname,
    title: document.title,
    referrer: document.referrer,
    locale: root.lang || surface.locale,
    direction: getComputedStyle(root).direction === "rtl" ? "rtl" : "ltr",
    theme: { ...surface.theme, scheme: readScheme(surface.theme) },
    visible: document.visibilityState === "visible",
    consent,
  };
}

/** The scheme of an `auto` theme is the scheme that the page uses: dark only if the page declares that it supports dark. */
function readScheme({ scheme }: Theme): Theme["scheme"] {
  if (scheme !== "auto") return scheme;
  const declared = getComputedStyle(document.documentElement).colorScheme;
  if (!declared.includes("dark")) return "light";
  return !declared.includes("light") || matchMedia("(prefers-color-scheme:dark)").matches ? "dark" : "light";
}

/** The query parameter that holds the route of a multi-page module, so that links can lead into the module. */
const routeParameter = (slug: string): string => `dramac-${slug}`;

export const readRoute = (slug: string): string => new URLSearchParams(location.search).get(routeParameter(slug)) ?? "";

export function writeRoute(slug: string, route: string): void {
  const url = new URL(location.href);
  if (route) url.searchParams.set(routeParameter(slug), route);
  else url.searchParams.delete(routeParameter(slug));
  history.replaceState(history.state, "", url);
}
