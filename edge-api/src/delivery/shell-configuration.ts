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
 * Whom a shell takes its page's people for until a session says what they may: where members are, it lets them ask.
 * The API decides.
 */
const EXPECTED: Readonly<Record<SurfaceKind, Principal>> = { site: "visitor", portal: "client_member", dashboard: "agency_member", agency: "agency_member" };

const RIGHT_TO_LEFT = new Set(["ar", "fa", "he", "ur"]);

/** What a frame document tells its shell: all that can be worked out here, so that the shell need not. */
export function shellConfiguration(
  addresses: Addresses,
  surface: SurfaceFacts,
  installed: PlannedInstallation,
  limits: Limits,
  srcdoc: string,
): ShellConfiguration {
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

/** For a plain iframe: what a frame can know of a page that never mounts it. */
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
