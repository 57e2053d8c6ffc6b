import {
  effectivePermissions,
  endpointPattern,
  type InitialFacts,
  type Limits,
  OPERATIONS,
  originPattern,
  type PageContext,
  type Principal,
  type ShellConfiguration,
  type ShellOperation,
  type SurfaceKind,
} from "@dramac/contracts";
import type { Addresses } from "../addresses.ts";
import { publicSettings } from "../services/public-settings.ts";
import type { PlannedInstallation, SurfaceFacts } from "../services/surface-facts.ts";

/**
 * The principal that a shell assumes until a session tells it the real permissions. On surfaces of members it assumes a member and
 * lets the calls through; the API decides.
 */
const EXPECTED: Readonly<Record<SurfaceKind, Principal>> = { site: "visitor", portal: "client_member", dashboard: "agency_member", agency: "agency_member" };

const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "ur"]);

interface ShellParts {
  readonly addresses: Addresses;
  readonly surface: SurfaceFacts;
  readonly installed: PlannedInstallation;
  readonly limits: Limits;
  /** The module's own document. */
  readonly srcdoc: string;
}

/** The configuration that a frame document gives its shell. All that can be computed here is computed here, to keep the shell small. */
export function shellConfiguration({ addresses, surface, installed, limits, srcdoc }: ShellParts): ShellConfiguration {
  return {
    platform: addresses.platform,
    name: installed.name,
    surface: surface.key,
    page: barePage(surface),
    init: initialFacts(surface, installed, limits),
    operations: operationsOf(surface.kind),
    topics: installed.manifest.topics,
    siblings: addresses.frameOrigins,
    origins: originPattern([...surface.origins, ...surface.previewOrigins]),
    srcdoc,
  };
}

function initialFacts(surface: SurfaceFacts, installed: PlannedInstallation, limits: Limits): InitialFacts {
  const { id, slug, version, manifest, granted, settings } = installed;
  const { agencyId, currency, kind } = surface;
  const { clientId, siteId } = kind === "site" ? surface : installed;
  return {
    installation: id,
    module: { slug, version },
    settings: publicSettings(manifest, settings),
    context: { agencyId, ...(clientId && { clientId }), ...(siteId && { siteId }) },
    permissions: effectivePermissions({ manifest: manifest.permissions, granted, principal: EXPECTED[kind], surface: kind, entitled: true }),
    currency,
    limits,
  };
}

/** The context for a plain iframe, whose page never sends one. */
const barePage = ({ locale, theme }: SurfaceFacts): PageContext => ({
  path: "",
  title: "",
  referrer: "",
  locale,
  direction: RIGHT_TO_LEFT.has(locale.slice(0, 2)) ? "rtl" : "ltr",
  theme,
  visible: true,
  open: true,
  route: "",
  consent: {},
});

const operationsOf = (kind: SurfaceKind): ShellOperation[] =>
  OPERATIONS.filter(({ surfaces }) => surfaces.includes(kind)).map(({ method, path, permission }) => ({
    pattern: endpointPattern(method, path),
    permission,
  }));
