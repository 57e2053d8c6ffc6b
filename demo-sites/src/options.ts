interface DemoSite {
  readonly siteKey: string;
  readonly id: string;
}

export interface DemoSitesOptions {
  readonly port: number;
  /** Origin of the platform, for example http://localhost:8787. */
  readonly platform: string;
  /** Address of the frames, with {installation}. */
  readonly frames: string;
  readonly sites: Readonly<Record<string, DemoSite>>;
  /** Secret key of the agency; it stays in this server. */
  readonly agencyKey: string;
  /** Where the mailer leaves its mails in development. */
  readonly mailFolder: string;
}

/** The demo hosts that show modules, with what to look at. */
export const DEMO_HOSTS = [
  { name: "brochure", title: "Brochure", text: "Plain pages, one pasted line, a consent banner, and a stylesheet that would love to leak." },
  { name: "spa", title: "Single-page app", text: "Server-rendered and hydrated React; navigates without loading, removes and re-adds its module." },
  { name: "strict", title: "Strict site", text: "Content security policy with nonces, Trusted Types, cross-origin isolation." },
  { name: "dramac-site", title: "DRAMAC-built site", text: "Every site hook, with plan and loader rendered into the page." },
  { name: "hostile", title: "Hostile page", text: "Prototypes tampered with, iframes hidden by the stylesheet, our line pasted twice." },
] as const;

export const hostOf = (name: string, port: number): string => `http://${name}.localhost:${port}`;
