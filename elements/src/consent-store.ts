import { CONSENT_CLASSES, CONSENT_KEY, type Consent } from "@dramac/contracts/consent";
import type { PlannedModule } from "@dramac/contracts";

/** The visitor's choice, kept in the page's storage where that is allowed, else for this view only. */
export function createConsentStore() {
  let consent: Record<string, boolean> = {};
  try {
    const kept = JSON.parse(localStorage.getItem(CONSENT_KEY) as string) as Record<string, unknown> | null;
    // The page's storage is anybody's who writes on the page: only a plain yes or no is an answer.
    for (const one of CONSENT_CLASSES) if (typeof kept?.[one] === "boolean") consent[one] = kept[one];
  } catch {}

  return {
    get current(): Consent {
      return consent;
    },
    admits: (module: PlannedModule): boolean => module.consent === "necessary" || consent[module.consent] === true,
    update(change: Consent): void {
      consent = { ...consent, ...change };
      try {
        localStorage.setItem(CONSENT_KEY, JSON.stringify(consent));
      } catch {}
    },
  };
}
