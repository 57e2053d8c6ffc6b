import {
  effectivePermissions,
  endpointPattern,
  type InitialFacts,
  type Limits,
  OPERATIONS,
  originPattern,
  type PageContext,
  type ShellConfiguration,
  type ShellOperation,
  type SurfaceKind,
} from "@dramac/contracts";
import type { Addresses } from "../addresses.ts";
import { publicSettings } from "../services/public-settings.ts";
import type { PlannedInstallation, SurfaceFacts } from "../services/surface-facts.ts";

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

function initialFacts(surface: SurfaceFacts, { id, slug, version, manifest, granted, settings }: PlannedInstallation, limits: Limits): InitialFacts {
  const { agencyId, clientId, siteId, currency } = surface;
  return {
    installation: id,
    module: { slug, version },
    settings: publicSettings(manifest, settings),
    context: { agencyId, ...(clientId && { clientId }), ...(siteId && { siteId }) },
    permissions: effectivePermissions({ manifest: manifest.permissions, granted, principal: "visitor", surface: surface.kind, entitled: true }),
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
