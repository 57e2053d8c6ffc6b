/** What was kept on this page's origin, if storage is allowed and holds what we wrote. */
export function readStored(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) as string);
  } catch {
    return undefined;
  }
}
