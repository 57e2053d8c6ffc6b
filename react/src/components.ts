import { createElement, type ReactElement } from "react";

/**
 * React leaves the content of such an element alone, also while it hydrates: the loader and the runtime own it.
 * All elements share one object, because React empties an element when it gets a new one.
 */
const UNMANAGED_CONTENT = { __html: "" };

/** The loader may set styles before hydration, so React must not report them as a mismatch. */
const UNMANAGED = { dangerouslySetInnerHTML: UNMANAGED_CONTENT, suppressHydrationWarning: true };

export interface ModuleHookProps {
  /** A hook's name, for example `site:page:after`. */
  readonly name: string;
}

/**
 * Shows all modules of a hook here, instead of at the hook's default position on the page.
 * @example <ModuleHook name="site:page:after" />
 */
export const ModuleHook = ({ name }: ModuleHookProps): ReactElement => createElement("dramac-hook", { name, key: name, ...UNMANAGED });

export interface ModuleProps {
  /** The module's slug, for example `contact-form`. */
  readonly slug: string;
}

/**
 * Shows one module here, whichever hooks it has. It is stopped when the component unmounts, and starts again when it mounts.
 * @example <Module slug="contact-form" />
 */
export const Module = ({ slug }: ModuleProps): ReactElement => createElement("dramac-module", { module: slug, key: slug, ...UNMANAGED });
