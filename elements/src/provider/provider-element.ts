import { INSTALL_LEVELS, type InstallLevel } from "@dramac/contracts/install-level";
import { ContextProvider } from "@lit/context";
import { ReactiveElement } from "@lit/reactive-element";
import { type ModuleRegistry, type PageModules, pageModules } from "../registry/index.ts";
import { modulesContext } from "./modules-context.ts";

const isLevel = (level: string | null): level is InstallLevel => (INSTALL_LEVELS as readonly (string | null)[]).includes(level);

/**
 * `<dramac-provider>` gives the page's modules to the components inside it, by the context protocol:
 * one value when they ask, and the next whenever plan, consent, state or settings have changed.
 * `level="agency"`, `"client"` or `"site"` narrows the view to what was installed there.
 *
 * It has no face and no frame; what it holds is laid out as if the element were not there.
 *
 * @fires dramac:modules - after every change; `detail` is the new registry
 */
export class ProviderElement extends ReactiveElement {
  static override properties = { level: { type: String, reflect: true } };
  /** Where the modules come from; the page's own, unless it is set before the element is connected. */
  source: PageModules = pageModules;
  declare level: string | null;
  #undo: (() => void) | undefined;
  #context = new ContextProvider(this, { context: modulesContext });

  /** The modules now, as the components inside see them. */
  get value(): ModuleRegistry {
    const whole = this.source.current();
    return isLevel(this.level) ? whole.at(this.level) : whole;
  }

  /** Its children are its own: a shadow root would only stand between them and the page's rules. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.style.display = "contents";
    this.#undo ??= this.source.subscribe(() => this.requestUpdate());
    // Whoever asks before the first update is to find a value.
    this.#context.setValue(this.value);
    this.requestUpdate();
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.#undo?.();
    this.#undo = undefined;
  }

  protected override updated(): void {
    const { value } = this;
    this.#context.setValue(value);
    this.dispatchEvent(new CustomEvent("dramac:modules", { detail: value }));
  }
}
