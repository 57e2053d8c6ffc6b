import { createElement, type ReactElement } from "react";

/**
 * React leaves the inside of such an element alone, also while it hydrates: what stands there is the loader's and the runtime's.
 * One object for all, since a new one would have React empty the element again.
 */
const UNMANAGED_CONTENT = { __html: "" };

/** The loader sets styles before hydration, which is no mismatch. */
const UNMANAGED = { dangerouslySetInnerHTML: UNMANAGED_CONTENT, suppressHydrationWarning: true };

export interface ModuleHookProps {
  /** A hook's name, for example `site:page:after`. */
  readonly name: string;
}

/**
 * The place of a hook: every module that the plan has for it stands here instead of at the page's own place.
 * @example <ModuleHook name="site:page:after" />
 */
export const ModuleHook = ({ name }: ModuleHookProps): ReactElement => createElement("dramac-hook", { name, key: name, ...UNMANAGED });

export interface ModuleProps {
  readonly slug: string;
}

/**
 * One module, here, whatever hooks it has. Taken away it is torn down; brought back it starts anew.
 * @example <Module slug="contact-form" />
 */
export const Module = ({ slug }: ModuleProps): ReactElement => createElement("dramac-module", { module: slug, key: slug, ...UNMANAGED });
