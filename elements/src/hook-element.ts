/** `<dramac-hook name="site:page:after">`: the page's author places the modules of a hook here. */
export class HookElement extends HTMLElement {
  static onConnected: (() => void) | undefined;

  connectedCallback(): void {
    HookElement.onConnected?.();
  }
}
