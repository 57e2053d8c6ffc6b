import type { Consent, PageContext, Plan, Theme } from "@dramac/contracts";

/** What the page says of itself to every shell. */
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

/** A theme that follows the page means the scheme the page really uses: dark only where it says that it can be. */
function readScheme({ scheme }: Theme): Theme["scheme"] {
  if (scheme !== "auto") return scheme;
  const declared = getComputedStyle(document.documentElement).colorScheme;
  if (!declared.includes("dark")) return "light";
  return !declared.includes("light") || matchMedia("(prefers-color-scheme:dark)").matches ? "dark" : "light";
}

/** The query parameter that keeps a multi-page module's place, so that links go deep. */
const routeParameter = (slug: string): string => `dramac-${slug}`;

export const readRoute = (slug: string): string => new URLSearchParams(location.search).get(routeParameter(slug)) ?? "";

export function writeRoute(slug: string, route: string): void {
  const url = new URL(location.href);
  if (route) url.searchParams.set(routeParameter(slug), route);
  else url.searchParams.delete(routeParameter(slug));
  history.replaceState(history.state, "", url);
}
