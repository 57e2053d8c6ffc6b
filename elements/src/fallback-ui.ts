import type { PlannedModule } from "@dramac/contracts";
import type { MountReport } from "./mount.ts";

/* Plain DOM instead of templates: it works where the host forbids Trusted Types policies. */

const LABELS: Readonly<Record<string, readonly [failed: string, retry: string, stands: string]>> = {
  en: ["This part of the page could not load.", "Try again", "is not running at the moment."],
  de: ["Dieser Teil der Seite konnte nicht geladen werden.", "Erneut versuchen", "läuft zurzeit nicht."],
  fr: ["Cette partie de la page n’a pas pu être chargée.", "Réessayer", "ne fonctionne pas pour le moment."],
  es: ["No se pudo cargar esta parte de la página.", "Reintentar", "no está en funcionamiento en este momento."],
};
const labelsOfPage = () => LABELS[document.documentElement.lang.slice(0, 2)] ?? (LABELS.en as readonly [string, string, string]);

/** How long an empty live region must have stood for what comes into it to be announced. */
const ANNOUNCED_AFTER_MS = 100;

/**
 * What stands in a module's place: to a member the reason why it is suspended, else the page's own fallback slot, a placeholder
 * text, or an error with a button to try again. Modules without a face of their own show nothing.
 * @param keep keeps the height of what stands for a suspended module: its next visit begins with it
 */
export function showFallback(
  element: HTMLElement,
  root: ShadowRoot,
  module: PlannedModule,
  report: MountReport,
  retry: (() => void) | undefined,
  keep: (element: HTMLElement, module: PlannedModule, height: number) => void,
): void {
  const slot = document.createElement("slot");
  slot.name = "fallback";
  root.replaceChildren(slot);
  if (module.presentation.kind !== "inline") return;
  if (module.reason) return showReason(element, root, module.name, module.reason);
  if (retry) slot.append(createErrorFallback(module, report, retry));
  else if (module.fallback.kind === "placeholder") slot.append(paragraph(module.fallback.text ?? ""));
  const isEmpty = !slot.hasChildNodes() && !element.querySelector('[slot="fallback"]');
  element.style.setProperty("height", isEmpty ? "0" : "auto", "important");
  if (module.state === "suspended") keep(element, module, element.offsetHeight);
}

/** Announced when whoever reads has come to a pause. */
function showReason(element: HTMLElement, root: ShadowRoot, name: string, reason: string): void {
  const face = document.createElement("div");
  face.setAttribute("part", "reason");
  face.setAttribute("role", "status");
  root.replaceChildren(face);
  setTimeout(() => {
    const strong = document.createElement("strong");
    strong.textContent = name;
    const why = paragraph(reason);
    // The platform gives its reasons in English.
    why.lang = "en";
    face.append(paragraph(` ${labelsOfPage()[2]}`), why);
    face.firstElementChild?.prepend(strong);
    element.style.setProperty("height", "auto", "important");
  }, ANNOUNCED_AFTER_MS);
}

function createErrorFallback(module: PlannedModule, report: MountReport, retry: () => void): HTMLElement {
  const [failed, again] = labelsOfPage();
  const face = document.createElement("div");
  face.setAttribute("part", "error");
  face.setAttribute("role", "status");
  face.dataset.code = report.code ?? "";
  face.title = `${module.name}: ${report.message ?? report.code ?? ""}`;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = again;
  button.addEventListener("click", retry);
  face.append(paragraph(failed), button);
  return face;
}

function paragraph(text: string): HTMLElement {
  const element = document.createElement("p");
  element.textContent = text;
  return element;
}
