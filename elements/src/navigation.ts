const LOOK_EVERY_MS = 500;

/**
 * Calls back after every client-side navigation. By the Navigation API where there is one;
 * elsewhere by looking at the address now and then, because nothing tells of `pushState`.
 */
export function watchNavigation(onNavigate: () => void): () => void {
  const navigation = (window as { navigation?: EventTarget }).navigation;
  let last = location.href;
  const look = () => {
    if (location.href === last) return;
    last = location.href;
    onNavigate();
  };
  if (navigation) {
    navigation.addEventListener("currententrychange", look);
    return () => navigation.removeEventListener("currententrychange", look);
  }
  addEventListener("popstate", look);
  const timer = setInterval(look, LOOK_EVERY_MS);
  return () => {
    removeEventListener("popstate", look);
    clearInterval(timer);
  };
}
