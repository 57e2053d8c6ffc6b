import type { InitialFacts } from "./module-messages.ts";
import type { PageContext } from "./page-messages.ts";
import type { Permission } from "./permissions.ts";

/**
 * The configuration of a shell, in its frame document as JSON. Anyone can read it:
 * it contains public settings only, no token and no data about a visitor.
 */
export interface ShellConfiguration {
  readonly platform: string;
  /** The module's name, which is its frame's title. */
  readonly name: string;
  /** The surface's public key. */
  readonly surface: string;
  /** The page's context for a plain iframe, which no page mounts. */
  readonly page: PageContext;
  /** Passed on to the module. */
  readonly init: InitialFacts;
  /** The brokered operations of this kind of surface; others are denied. */
  readonly operations: readonly ShellOperation[];
  readonly topics: { readonly sends: readonly string[]; readonly hears: readonly string[] };
  /** Matches the origins of other installations' shells, source for `RegExp`. */
  readonly siblings: string;
  /** Matches the host origins that may show it, source for `RegExp`; `frame-ancestors` enforces the same list. */
  readonly origins: string;
  /** The module's whole document, its start-up script inlined. */
  readonly srcdoc: string;
}

/** An operation as a shell knows it. */
export interface ShellOperation {
  /** Matches method and endpoint, source for `RegExp`. */
  readonly pattern: string;
  readonly permission: Permission | null;
}
