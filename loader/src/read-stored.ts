/**
 * A JSON value from this page's local storage. `undefined` when the value is no JSON, or when the browser blocks storage:
 * reading `localStorage` then throws a SecurityError.
 * https://html.spec.whatwg.org/multipage/webstorage.html#dom-localstorage
 */
export function readStored(key: string): unknown {
  try {
    return JSON.parse(localStorage.getItem(key) as string);
  } catch {
    return undefined;
  }
}
