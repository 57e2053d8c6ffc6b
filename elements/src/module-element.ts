import { ReactiveElement, css } from "@lit/reactive-element";
import type { PlannedModule } from "@dramac/contracts";
import { rememberHeight } from "./frame-size.ts";
import { createMount, type ModuleMount, type MountReport } from "./mount.ts";
import type { Runtime } from "./runtime-state.ts";

/** After these errors the module is not trusted: visitors see the fallback without a button to try again. */
const HOSTILE = new Set(["navigated", "flooding", "malformed_message"]);

const SUSPENDED = "suspended";

/** The margin around the view within which a module starts. */
const NEAR = "200% 0px";

export interface ElementHost {
  /** An element was inserted. The host runs its module if the plan has one. */
  connected(element: ModuleElement): void;
  disconnected(element: ModuleElement): void;
  changed(element: ModuleElement, report: MountReport): void;
}

/**
 * `<dramac-module module="slug">` or `installation="id"`: a module's frame and its fallback UI.
 * For a module with several hooks, `hook="portal:sidebar"` names the hook of this element.
 *
 * @fires dramac:state - after every change of the state; `detail` is `{ state, code?, message? }`
 * @fires dramac:navigate - cancelable; the module asks for a path of this host
 * @csspart frame - the module's frame
 * @csspart error - the message that is shown when the module failed
 * @csspart reason - the reason of a suspension; shown to members only
 * @slot fallback - shown instead of our own message when the module cannot run
 */
export class ModuleElement extends ReactiveElement {
  static override properties = { module: { type: String, reflect: true }, installation: { type: String, reflect: true } };
  static override styles = css`
    :host { display: block }
    div { font: 15px/1.5 system-ui, sans-serif; padding: 16px; border: 1px solid color-mix(in srgb, currentColor 25%, transparent); border-radius: 8px }
    div p { margin: 0 0 8px }
    div p:last-child { margin: 0 }
    button { font: inherit; padding: 6px 14px; cursor: pointer }
  `;
  static host: ElementHost | undefined;

  declare module: string | null;
  declare installation: string | null;
  planned: PlannedModule | undefined;
  report: MountReport = { state: "loading" };
  mount: ModuleMount | undefined;
  #nearness: IntersectionObserver | undefined;
  #adopted = this.shadowRoot;

  protected override createRenderRoot(): ShadowRoot {
    const root = this.#adopted ?? this.attachShadow({ mode: "open" });
    const { elementStyles } = this.constructor as typeof ModuleElement;
    root.adoptedStyleSheets = elementStyles.map((style) => (style as { styleSheet: CSSStyleSheet }).styleSheet);
    return root;
  }

  override connectedCallback(): void {
    super.connectedCallback();
    ModuleElement.host?.connected(this);
  }

  override disconnectedCallback(): void {
    super.disconnectedCallback();
    this.stop();
    ModuleElement.host?.disconnected(this);
  }

  /** Runs a module in this element: at once if its frame is already in the element or the module is not inline, or else when the element comes near the view. */
  run(module: PlannedModule, runtime: Runtime): void {
    const hasEnded = this.report.state === "failed" || this.report.state === "disabled";
    const { planned } = this;
    const isSuspended = module.state === SUSPENDED;
    if (planned?.frame === module.frame && (planned.state === SUSPENDED) === isSuspended && (this.mount || this.#nearness || hasEnded)) return;
    this.stop();
    this.planned = module;
    if (isSuspended) {
      runtime.reserveSpace(this, module);
      return this.#onReport({ state: "disabled", code: SUSPENDED, message: module.reason }, module, runtime);
    }
    const isWaiting = runtime.waiting.has(this) || this.renderRoot.querySelector("iframe") !== null;
    if (isWaiting || module.presentation.kind !== "inline") return this.#start(module, runtime);
    runtime.reserveSpace(this, module);
    this.#nearness = new IntersectionObserver(
      (entries) => {
        if (entries.some((entry) => entry.isIntersecting)) this.#start(module, runtime);
      },
      { rootMargin: NEAR },
    );
    this.#nearness.observe(this);
  }

  #start(module: PlannedModule, runtime: Runtime): void {
    this.#nearness?.disconnect();
    this.#nearness = undefined;
    this.#clear();
    this.#publish({ state: "loading" });
    this.mount = createMount(this, module, runtime, (report) => this.#onReport(report, module, runtime));
  }

  #onReport(report: MountReport, module: PlannedModule, runtime: Runtime): void {
    if (report.state === "failed" || report.state === "disabled") {
      this.mount?.size.collapse();
      const retry = () => this.#start(module, runtime);
      void import("./fallback-ui.ts").then(({ showFallback }) => {
        const isFallback = report.state === "disabled" || HOSTILE.has(report.code ?? "");
        if (this.planned !== module || this.report !== report) return;
        showFallback(this, module, report, { retry: isFallback ? undefined : retry, rememberHeight });
      });
      this.mount = undefined;
    }
    this.#publish(report);
  }

  #publish(report: MountReport): void {
    this.report = report;
    this.setAttribute("state", report.state);
    this.dispatchEvent(new CustomEvent("dramac:state", { detail: report, bubbles: true, composed: true }));
    ModuleElement.host?.changed(this, report);
  }

  /**
   * Removes the fallback UI. A waiting frame stays in the document, because an iframe loads again when it is moved:
   * https://github.com/whatwg/dom/issues/1255
   */
  #clear(): void {
    for (const child of [...this.renderRoot.children]) if (child.localName !== "iframe") child.remove();
  }

  /** Removes the module and its fallback UI at once, because the next person on the page must not see them. */
  stop(): void {
    this.#clear();
    this.#nearness?.disconnect();
    this.#nearness = undefined;
    this.mount?.destroy();
    this.mount = undefined;
    this.planned = undefined;
  }

  /** Lets the module send its last messages, then removes it. */
  async tearDown(): Promise<void> {
    const { mount } = this;
    this.planned = undefined;
    await mount?.tearDown();
    // Meanwhile the plan may want a module here again, with another mount.
    if (this.mount !== mount) return;
    mount?.size.collapse();
    this.stop();
  }
}
