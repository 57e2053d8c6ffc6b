import type { BackendKey } from "./members/backend.ts";

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
  readonly agencyId: string;
  /** Secret key of the agency; it stays in this server. */
  readonly agencyKey: string;
  /** Key pairs of the customers' own backends, which sign assertions for the people who sign in. They stay in this server. */
  readonly backends: Readonly<Record<"agency" | "harbour" | "mill", BackendKey>>;
  /** The address of the Lemon Squeezy mock, if one runs. */
  readonly mock?: string | undefined;
  /** Where the mailer leaves its mails in development. */
  readonly mailFolder: string;
}

/** Public websites with modules, and what to look at. */
export const DEMO_HOSTS = [
  { name: "brochure", title: "Brochure", text: "Plain pages, one pasted line, a consent banner, and a stylesheet that would love to leak." },
  { name: "spa", title: "Single-page app", text: "Server-rendered and hydrated React; navigates without loading, removes and re-adds its module." },
  { name: "strict", title: "Strict site", text: "Content security policy with nonces, Trusted Types, cross-origin isolation." },
  { name: "dramac-site", title: "DRAMAC-built site", text: "Every site hook, with plan and loader rendered into the page." },
  { name: "hostile", title: "Hostile page", text: "Prototypes tampered with, iframes hidden by the stylesheet, our line pasted twice." },
] as const;

/** Websites behind a sign-in. */
export const MEMBER_HOSTS = [
  {
    name: "portal",
    title: "Client portal",
    text: "Sign in as a client’s member: invoices, and the support chat’s other side. Members of other clients see nothing.",
  },
  {
    name: "agency-dashboard",
    title: "Agency dashboard",
    text: "Sign in as one of the agency’s people: leads, moved between stages. A client’s member sees nothing.",
  },
] as const;

export const CONSOLE = {
  name: "console",
  title: "Agency console",
  text: "Subscribe to a module, pay at the Lemon Squeezy mock, install it, cancel it, and see what would happen without payments.",
} as const;

export const hostOf = (name: string, port: number): string => `http://${name}.localhost:${port}`;
