import type { PlannedModule } from "@dramac/contracts";
import type { MountReport } from "./mount.ts";

/* Plain DOM instead of templates: it works where the host page forbids Trusted Types policies. https://w3c.github.io/trusted-types/dist/spec/ */

interface Labels {
  readonly failed: string;
  readonly retry: string;
  /** Follows the module's name. */
  readonly isSuspended: string;
}

const LABELS: Readonly<Record<string, readonly [failed: string, retry: string, isSuspended: string]>> = {
  en: ["This part of the page could not load.", "Try again", "is not running at the moment."],
  de: ["Dieser Teil der Seite konnte nicht geladen werden.", "Erneut versuchen", "läuft zurzeit nicht."],
  fr: ["Cette partie de la page n’a pas pu être chargée.", "Réessayer", "ne fonctionne pas pour le moment."],
  es: ["No se pudo cargar esta parte de la página.", "Reintentar", "no está en funcionamiento en este momento."],
};

function labelsOfPage(): Labels {
  const [failed, retry, isSuspended] = LABELS[document.documentElement.lang.slice(0, 2)] ?? (LABELS.en as readonly [string, string, string]);
  return { failed, retry, isSuspended };
}

/**
 * Screen readers announce only changes of a live region, and they must know the region first. This is how long it stays empty.
 * https://www.w3.org/TR/wai-aria-1.2/#status
 */
const EMPTY_REGION_MS = 100;

interface FallbackActions {
  /** Starts the module again. Without it, no button is shown. */
  readonly retry: (() => void) | undefined;
  /** Stores the height of a suspended module's fallback, so that the next page view reserves it. */
  readonly rememberHeight: (element: HTMLElement, module: PlannedModule, height: number) => void;
}

/**
 * Shows something in place of a module that does not run: the reason of a suspension (members only), or else the page's own
 * fallback slot with a placeholder text or an error message. Modules that are not inline show nothing.
 */
export function showFallback(element: HTMLElement, module: PlannedModule, report: MountReport, { retry, rememberHeight }: FallbackActions): void {
  const root = element.shadowRoot as ShadowRoot;
  const slot = document.createElement("slot");
  slot.name = "fallback";
  root.replaceChildren(slot);
  if (module.presentation.kind !== "inline") return;
  if (module.reason) return showReason(element, root, module.name, module.reason);
  if (retry) slot.append(createErrorFallback(module, report, retry));
  else if (module.fallback.kind === "placeholder") slot.append(paragraph(module.fallback.text ?? ""));
  const isEmpty = !slot.hasChildNodes() && !element.querySelector('[slot="fallback"]');
  element.style.setProperty("height", isEmpty ? "0" : "auto", "important");
  if (module.state === "suspended") rememberHeight(element, module, element.offsetHeight);
}

/** The status role is polite: a screen reader announces the reason at its next pause. */
function showReason(element: HTMLElement, root: ShadowRoot, name: string, reason: string): void {
  const fallback = document.createElement("div");
  fallback.setAttribute("part", "reason");
  fallback.setAttribute("role", "status");
  root.replaceChildren(fallback);
  setTimeout(() => {
    const strong = document.createElement("strong");
    strong.textContent = name;
    const why = paragraph(reason);
    // The platform gives its reasons in English.
    why.lang = "en";
    fallback.append(paragraph(` ${labelsOfPage().isSuspended}`), why);
    fallback.firstElementChild?.prepend(strong);
    element.style.setProperty("height", "auto", "important");
  }, EMPTY_REGION_MS);
}

function createErrorFallback(module: PlannedModule, report: MountReport, retry: () => void): HTMLElement {
  const labels = labelsOfPage();
  const fallback = document.createElement("div");
  fallback.setAttribute("part", "error");
  fallback.setAttribute("role", "status");
  fallback.dataset.code = report.code ?? "";
  fallback.title = `${module.name}: ${report.message ?? report.code ?? ""}`;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = labels.retry;
  button.addEventListener("click", retry);
  fallback.append(paragraph(labels.failed), button);
  return fallback;
}

function paragraph(text: string): HTMLElement {
  const element = document.createElement("p");
  element.textContent = text;
  return element;
}
