/** A surface's public key, as embed codes contain it: `site_` (or another kind) and 22 letters and digits. Not a secret. */
export type SurfaceKey = string & { readonly __brand: "SurfaceKey" };
/** An installation's UUID, lower case with dashes. */
export type InstallationId = string & { readonly __brand: "InstallationId" };

const SURFACE_KEY = /^(?:site|portal|dash|agency)_[0-9A-Za-z]{22}$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

export const isSurfaceKey = (text: string): text is SurfaceKey => SURFACE_KEY.test(text);
/** Whether a text is a UUID with dashes, in upper or lower case. */
export const isUuid = (text: string): boolean => UUID.test(text.toLowerCase());
export const isInstallationId = (text: string): text is InstallationId => UUID.test(text);

const BASE32 = "abcdefghijklmnopqrstuvwxyz234567";

/**
 * The host label of an installation: `i` and its UUID in base32, 27 characters,
 * so that every installation has an origin (and a process) of its own.
 */
export function installationLabel(id: InstallationId): string {
  let bits = BigInt(`0x${id.replaceAll("-", "")}`) << 2n;
  let label = "";
  for (let digit = 0; digit < 26; digit++) {
    label = BASE32.charAt(Number(bits & 31n)) + label;
    bits >>= 5n;
  }
  return `i${label}`;
}

/** The installation that a host label names; `undefined` for any label that is not exactly one of ours. */
export function installationFromLabel(label: string): InstallationId | undefined {
  if (!/^i[a-z2-7]{26}$/.test(label)) return undefined;
  let bits = 0n;
  for (const letter of label.slice(1)) bits = (bits << 5n) | BigInt(BASE32.indexOf(letter));
  if ((bits & 3n) !== 0n) return undefined;
  const hex = (bits >> 2n).toString(16).padStart(32, "0");
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return parts.join("-") as InstallationId;
}
