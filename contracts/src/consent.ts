/** What a visitor may agree to. `necessary` needs no agreement. */
export const CONSENT_CLASSES = ["necessary", "functional", "analytics", "marketing"] as const;
export type ConsentClass = (typeof CONSENT_CLASSES)[number];

/** What this visitor chose; a class that is missing was not granted. */
export type Consent = { [Class in Exclude<ConsentClass, "necessary">]?: boolean };

/** Where the visitor's choice is kept: in the page's own storage, as necessary. */
export const CONSENT_KEY = "dramac:consent";
