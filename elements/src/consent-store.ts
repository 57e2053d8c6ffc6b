import { CONSENT_KEY, type Consent } from "@dramac/contracts/consent";
import type { PlannedModule } from "@dramac/contracts";

/** The visitor's choice, kept in the page's storage where that is allowed, else for this view only. */
export function createConsentStore() {
  let consent: Consent = {};
  try {
    consent = JSON.parse(localStorage.getItem(CONSENT_KEY) ?? "{}") as Consent;
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
