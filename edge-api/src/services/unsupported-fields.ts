import type { Issue, Manifest } from "@dramac/contracts";

/**
 * Finds manifest fields that the format has but the platform does nothing with. Publishing refuses them,
 * because an author would otherwise expect an effect that never comes.
 */
export function findUnsupportedFields({ apiRoutes, minPlatformVersion, entryPoints, fallback }: Manifest): Issue[] {
  const issues: Issue[] = [];
  if (apiRoutes.length)
    issues.push({ path: "/apiRoutes", message: "the platform runs no server code of modules. Remove apiRoutes, and call your own server through connect" });
  if (minPlatformVersion !== undefined)
    issues.push({ path: "/minPlatformVersion", message: "the platform does not compare it with its own version. Remove minPlatformVersion" });
  if (entryPoints.settingsPanel !== undefined)
    issues.push({ path: "/entryPoints/settingsPanel", message: "no surface shows settings panels. Remove it, and describe the settings in settingsSchema" });
  if (fallback.kind === "static") issues.push({ path: "/fallback/kind", message: "a static fallback shows nothing. Use placeholder with a text, or hide" });
  return issues;
}
