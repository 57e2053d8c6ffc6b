import type { SurfaceKind } from "./hooks.ts";
import type { InstallationId } from "./ids.ts";
import type { Limits } from "./limits.ts";
import type { Permission } from "./permissions.ts";
import type { Theme } from "./plan.ts";

/**
 * What a frame document carries for its shell, as JSON. It is public: anybody can read it,
 * so it holds public settings only, no token and nothing about a visitor.
 */
export interface ShellConfiguration {
  readonly platform: string;
  readonly installation: InstallationId;
  readonly surface: { readonly key: string; readonly kind: SurfaceKind; readonly locale: string; readonly theme: Theme };
  readonly module: { readonly slug: string; readonly name: string; readonly version: string };
  readonly context: { readonly agencyId?: string; readonly clientId?: string; readonly siteId?: string };
  /** The brokered operations of this kind of surface, as `GET /site`, with the permission that each needs. */
  readonly operations: Readonly<Record<string, Permission | null>>;
  /** Manifest ∩ grant ∩ surface, for a visitor; the token's permissions follow with the first call. */
  readonly permissions: readonly Permission[];
  readonly settings: Readonly<Record<string, unknown>>;
  readonly currency: string;
  /** Limits that differ from the defaults. */
  readonly limits?: Partial<Limits>;
  readonly topics: { readonly sends: readonly string[]; readonly hears: readonly string[] };
  /** Host origins that may show it, patterns included; `frame-ancestors` enforces the same list. */
  readonly origins: readonly string[];
  /** The module's whole document, its start-up script inlined. */
  readonly srcdoc: string;
}
