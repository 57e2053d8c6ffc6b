/** Where in the hierarchy a module is installed. Imports no zod, because pages use it too. */
export const INSTALL_LEVELS = ["platform", "agency", "client", "site"] as const;
export type InstallLevel = (typeof INSTALL_LEVELS)[number];
