/**
 * Sandbox tokens of the element's frame (our shell). `allow-same-origin` is safe here:
 * the shell's origin is the installation's own, never the host page's.
 */
export const SHELL_SANDBOX = "allow-scripts allow-same-origin allow-forms";

/** Sandbox tokens of the module's frame inside the shell: opaque, always. */
export const MODULE_SANDBOX = "allow-scripts allow-forms";
