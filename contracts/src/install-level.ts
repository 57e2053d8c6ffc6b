/** Where in the hierarchy a module is installed. A leaf without zod: pages read it too. */
export const INSTALL_LEVELS = ["platform", "agency", "client", "site"] as const;
export type InstallLevel = (typeof INSTALL_LEVELS)[number];
