const POLL_MS = 500;

/**
 * Calls back after each client-side navigation, until the signal is aborted. Firefox and Safari have the Navigation API
 * only since the turn of 2026. Before, no event reports `pushState`, and the address is polled.
 * https://html.spec.whatwg.org/multipage/nav-history-apis.html#navigation-interface
 */
export function watchNavigation(onNavigate: () => void, signal: AbortSignal): void {
  const { navigation } = window as { navigation?: EventTarget };
  let last = location.href;
  const check = () => {
    if (location.href === last) return;
    last = location.href;
    onNavigate();
  };
  if (navigation) return navigation.addEventListener("currententrychange", check, { signal });
  addEventListener("popstate", check, { signal });
  const timer = setInterval(check, POLL_MS);
  signal.addEventListener("abort", () => clearInterval(timer));
}
