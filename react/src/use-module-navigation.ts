import { useEffect, useRef } from "react";

/**
 * Lets the app's router handle a module's request for another path of this host. Without it the browser loads a new document.
 * @param navigate called with path, query and hash in one string
 * @example const navigate = useNavigate(); useModuleNavigation(navigate);
 */
export function useModuleNavigation(navigate: (path: string) => unknown): void {
  const latest = useRef(navigate);
  useEffect(() => {
    latest.current = navigate;
  });
  useEffect(() => {
    function onNavigate(event: Event): void {
      event.preventDefault();
      latest.current((event as CustomEvent<{ path: string }>).detail.path);
    }
    document.addEventListener("dramac:navigate", onNavigate);
    return () => document.removeEventListener("dramac:navigate", onNavigate);
  }, []);
}
