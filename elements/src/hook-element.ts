/** `<dramac-hook name="site:page:after">`: where the page's author wants the modules of a hook. */
export class HookElement extends HTMLElement {
  static onConnected: (() => void) | undefined;

  connectedCallback(): void {
    HookElement.onConnected?.();
  }
}
