import { INSTALL_LEVELS, type InstallLevel } from "@dramac/contracts/install-level";
import { ContextProvider } from "@lit/context";
import { ReactiveElement } from "@lit/reactive-element";
import { type ModuleRegistry, type PageModules, pageModules } from "../registry/index.ts";
import { modulesContext } from "./modules-context.ts";

const isLevel = (level: string | null): level is InstallLevel => (INSTALL_LEVELS as readonly (string | null)[]).includes(level);

/**
 * `<dramac-provider>` gives the page's modules to the components inside it, by the context protocol:
 * a first value on request, and a new value after each change of plan, consent, state or settings.
 * `level="agency"`, `"client"` or `"site"` narrows the view to the modules that were installed on that level.
 *
 * It shows nothing itself; its children are laid out as if the element were not there.
 *
 * @fires dramac:modules - after every change; `detail` is the new registry
 */
export class ProviderElement extends ReactiveElement {
  static override properties = { level: { type: String, reflect: true } };
  /** The source of the modules: the page's own, unless it is set before the element is connected. */
  source: PageModules = pageModules;
  declare level: string | null;
  #undo: (() => void) | undefined;
  #context = new ContextProvider(this, { context: modulesContext });

  /** The present modules, as the components inside see them. */
  get value(): ModuleRegistry {
    const whole = this.source.current();
    return isLevel(this.level) ? whole.at(this.level) : whole;
  }

  /** The element renders into itself: a shadow root would separate the children from the page's styles. */
  protected override createRenderRoot(): HTMLElement {
    return this;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    this.style.display = "contents";
    this.#undo ??= this.source.subscribe(() => this.requestUpdate());
    // A component may request the context before the first update.
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
