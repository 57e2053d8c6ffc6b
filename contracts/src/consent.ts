/** The classes of consent. `necessary` needs no consent. */
export const CONSENT_CLASSES = ["necessary", "functional", "analytics", "marketing"] as const;
export type ConsentClass = (typeof CONSENT_CLASSES)[number];

/** The visitor's choice. A missing class is not granted. */
export type Consent = { [Class in Exclude<ConsentClass, "necessary">]?: boolean };

/** The key of the visitor's choice in the page's local storage. */
export const CONSENT_KEY = "dramac:consent";
