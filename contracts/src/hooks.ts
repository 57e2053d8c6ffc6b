/** The hooks on which a module can be mounted, and the entry point of the manifest that each one uses. */
export const HOOK_ENTRY_POINTS = {
  "site:head": "siteHead",
  "site:body:start": "siteBody",
  "site:body:end": "siteBody",
  "site:footer": "siteFooter",
  "site:page:before": "siteBody",
  "site:page:after": "siteBody",
  "site:section:before": "siteBody",
  "site:section:after": "siteBody",
  "dashboard:sidebar": "dashboardPage",
  "dashboard:header": "dashboardWidget",
  "dashboard:home:widget": "dashboardWidget",
  "dashboard:client:tab": "dashboardPage",
  "dashboard:site:tab": "dashboardPage",
  "portal:sidebar": "portalPage",
  "portal:home:widget": "portalWidget",
  "portal:header": "portalWidget",
  "agency:sidebar": "agencyPage",
  "agency:home:widget": "agencyWidget",
} as const;

export type Hook = keyof typeof HOOK_ENTRY_POINTS;
export type EntryPoint = (typeof HOOK_ENTRY_POINTS)[Hook] | "settingsPanel";

export const HOOKS = Object.keys(HOOK_ENTRY_POINTS) as Hook[];
export const ENTRY_POINTS = [...new Set<EntryPoint>([...Object.values(HOOK_ENTRY_POINTS), "settingsPanel"])];

/** The kinds of surface on which modules mount. */
export const SURFACE_KINDS = ["site", "portal", "dashboard", "agency"] as const;
export type SurfaceKind = (typeof SURFACE_KINDS)[number];

/** The surface a hook belongs to is its first word. */
export const surfaceOfHook = (hook: Hook): SurfaceKind => hook.slice(0, hook.indexOf(":")) as SurfaceKind;
