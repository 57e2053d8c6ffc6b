import type { InitialFacts } from "./module-messages.ts";
import type { PageContext } from "./page-messages.ts";
import type { Permission } from "./permissions.ts";

/**
 * What a frame document carries for its shell, as JSON. It is public: anybody can read it,
 * so it holds public settings only, no token and nothing about a visitor.
 */
export interface ShellConfiguration {
  readonly platform: string;
  /** The module's name, which is its frame's title. */
  readonly name: string;
  /** The surface's public key. */
  readonly surface: string;
  /** What stands for the page where a plain iframe has none that mounts it. */
  readonly page: PageContext;
  /** Handed on to the module. */
  readonly init: InitialFacts;
  /** The brokered operations of this kind of surface; what is not listed is denied. */
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
