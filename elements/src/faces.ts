import type { PlannedModule } from "@dramac/contracts";
import type { MountReport } from "./mount.ts";

/* Plain DOM instead of templates: it works where the host forbids Trusted Types policies. */

const WORDS: Readonly<Record<string, readonly [failed: string, retry: string]>> = {
  en: ["This part of the page could not load.", "Try again"],
  de: ["Dieser Teil der Seite konnte nicht geladen werden.", "Erneut versuchen"],
  fr: ["Cette partie de la page n’a pas pu être chargée.", "Réessayer"],
  es: ["No se pudo cargar esta parte de la página.", "Reintentar"],
};

/**
 * What stands in a module's place: the page's own fallback slot, a placeholder text,
 * or an error with a button to try again. Modules without a face of their own show nothing.
 */
export function showFace(element: HTMLElement, root: ShadowRoot, module: PlannedModule, report: MountReport, retry: (() => void) | undefined): void {
  const slot = document.createElement("slot");
  slot.name = "fallback";
  root.replaceChildren(slot);
  if (module.presentation.kind !== "inline") return;
  if (retry) slot.append(errorFace(module, report, retry));
  else if (module.fallback.kind === "placeholder") slot.append(paragraph(module.fallback.text ?? ""));
  else if (!element.querySelector('[slot="fallback"]')) return;
  element.style.setProperty("height", "auto", "important");
}

function errorFace(module: PlannedModule, report: MountReport, retry: () => void): HTMLElement {
  const language = (document.documentElement.lang || "en").slice(0, 2);
  const [failed, again] = WORDS[language] ?? (WORDS.en as readonly [string, string]);
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
