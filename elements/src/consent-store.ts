import { CONSENT_CLASSES, CONSENT_KEY, type Consent } from "@dramac/contracts/consent";
import type { PlannedModule } from "@dramac/contracts";

/**
 * The visitor's consent, in the page's local storage. Where the browser blocks storage, it lasts for this page view only:
 * `localStorage` then throws. https://html.spec.whatwg.org/multipage/webstorage.html#dom-localstorage
 */
export function createConsentStore() {
  let consent: Record<string, boolean> = {};
  try {
    const stored = JSON.parse(localStorage.getItem(CONSENT_KEY) as string) as Record<string, unknown> | null;
    // Any script of the page can write here, so only booleans are accepted.
    for (const one of CONSENT_CLASSES) if (typeof stored?.[one] === "boolean") consent[one] = stored[one];
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

export type ConsentStore = ReturnType<typeof createConsentStore>;
